/**
 * Raw, with plain acks: `consume` awaits one handler at a time, as in the client's own examples; `callback` is `consume` with a
 * callback, handlers overlap; `fetch` and `pull` (the protocol by hand) run a batch's handlers together and then ack them.
 * Raw, with the last ack of each batch confirmed: `fetch-last-confirmed`, `pull-confirmed`; with each: `fetch-confirmed`.
 * Ours: the `confirm` modes, then `batch` with order by lane and with a batch handler.
 */
export const SIDES = [
    'consume',
    'callback',
    'fetch',
    'pull',
    'fetch-last-confirmed',
    'pull-confirmed',
    'fetch-confirmed',
    'batch',
    'message',
    'none',
    'lane',
    'batch-handler',
];
export const RAW = [
    'consume',
    'callback',
    'fetch',
    'pull',
    'fetch-last-confirmed',
    'pull-confirmed',
    'fetch-confirmed',
];
