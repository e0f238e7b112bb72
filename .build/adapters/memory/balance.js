/**
 * Shares partitions among members as evenly as whole numbers allow, moving as few as possible: whoever has more than its
 * share gives up the last ones. Members come in the order in which they joined.
 */
export function balance(members, partitions, ownerOf) {
    const target = new Map();
    if (members.length === 0)
        return target;
    const owned = new Map(members.map((member) => [member, []]));
    for (const partition of partitions) {
        const owner = ownerOf(partition);
        if (owner !== undefined)
            owned.get(owner)?.push(partition);
    }
    const sizeOf = (member) => owned.get(member)?.length ?? 0;
    const byLoad = [...members].sort((a, b) => sizeOf(b) - sizeOf(a));
    const share = Math.floor(partitions.length / members.length);
    const larger = new Set(byLoad.slice(0, partitions.length % members.length));
    const room = new Map();
    for (const member of members) {
        const quota = larger.has(member) ? share + 1 : share;
        const kept = (owned.get(member) ?? []).slice(0, quota);
        for (const partition of kept)
            target.set(partition, member);
        room.set(member, quota - kept.length);
    }
    const free = partitions.filter((partition) => !target.has(partition));
    for (const member of members) {
        for (const partition of free.splice(0, room.get(member) ?? 0))
            target.set(partition, member);
    }
    return target;
}
