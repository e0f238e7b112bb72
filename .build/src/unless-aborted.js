/** What the promise resolves to, or undefined once one of the signals is aborted: it then goes on unheeded. */
export function unlessAborted(work, ...signals) {
    return new Promise((resolve, reject) => {
        const abort = () => finish(() => resolve(undefined));
        const finish = (end) => {
            for (const signal of signals)
                signal.removeEventListener('abort', abort);
            end();
        };
        for (const signal of signals) {
            if (signal.aborted)
                resolve(undefined);
            else
                signal.addEventListener('abort', abort);
        }
        work.then((value) => finish(() => resolve(value)), (error) => finish(() => reject(error)));
    });
}
