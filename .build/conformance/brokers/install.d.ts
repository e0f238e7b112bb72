export interface MavenArtifact {
    readonly group: string;
    readonly name: string;
    readonly version: string;
}
/** The jars of these artifacts and of all they need, by Maven: the class path of a Java program. */
export declare function installJars(name: string, artifacts: readonly MavenArtifact[]): Promise<string>;
/** The folder of a distribution (`tar.gz`, classifier `bin`) that Maven brings, unpacked. */
export declare function installDistribution({ group, name, version }: MavenArtifact): Promise<string>;
/** The folder of an npm package and of all it needs, without its install scripts. */
export declare function installNpm(name: string, version: string): Promise<string>;
/**
 * The folder of an npm package with a native part, and of all it needs. `env` is for its install script, where the package is built
 * rather than brought.
 */
export declare function installNative(name: string, version: string, env: Readonly<Record<string, string>>): Promise<string>;
/** The path of a Go program that is built from this source, with these modules. */
export declare function installGo(name: string, source: string, modules: readonly string[]): Promise<string>;
