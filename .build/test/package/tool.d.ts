/** The path of a program that an installed package brings, to be run by node. `workspace` is where it is installed. */
export declare function tool(name: string, program?: string, workspace?: string): string;
