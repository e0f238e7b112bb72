export function groupOf({ id }) {
    // The type of an id has it.
    return id.slice(0, id.indexOf('/'));
}
