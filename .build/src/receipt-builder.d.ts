import { type Dispatch } from './dispatch.js';
import { type ReceiptGroup } from './receipt.js';
/** What became of everything that is held: two facts each, as ranges where messages have lanes and positions, else as ids. */
export declare function describeHeld(dispatch: Dispatch, cursor: boolean): {
    count: number;
    groups: ReceiptGroup[];
};
