// Who reads what: partition numbers are shared out, so that partition p of every topic goes to the same member.
//
// Kafka's own assigners share out the partitions of each topic by itself, or of all topics in one row; a join needs p of
// one topic beside p of the other. Topics with fewer partitions lack the higher numbers. Members keep the numbers they
// have as long as the shares stay even (they differ by at most one), because what moves has to be loaded again.

export interface GroupMember {
  readonly id: string;
  readonly topics: readonly string[];
  /** The numbers it owned in the generation it comes from. */
  readonly owned: readonly number[];
  /** That generation; -1: none. */
  readonly generation: number;
}

/** Topic to its partitions, ascending. */
export type Assignment = ReadonlyMap<string, readonly number[]>;

/**
 * By member id; every member has an entry. Topics that not all members ask for (the group's members are being replaced
 * by some with other topics) are shared out among those that do.
 * @param partitions how many each topic has; topics without an entry are left out
 */
export function assign(
  members: readonly GroupMember[],
  partitions: ReadonlyMap<string, number>,
): ReadonlyMap<string, Assignment> {
  const assignments = new Map(members.map(({ id }) => [id, new Map<string, readonly number[]>()]));
  for (const { askers, topics } of byAskers(members, partitions)) {
    const counts = topics.map((topic) => partitions.get(topic) ?? 0);
    const shares = share(askers, Math.max(...counts));
    for (const [id, numbers] of shares) {
      topics.forEach((topic, index) => {
        const own = numbers.filter((number) => number < (counts[index] ?? 0));
        if (own.length > 0) assignments.get(id)?.set(topic, own);
      });
    }
  }
  return assignments;
}

function byAskers(
  members: readonly GroupMember[],
  partitions: ReadonlyMap<string, number>,
): Iterable<{ readonly askers: readonly GroupMember[]; readonly topics: string[] }> {
  const groups = new Map<string, { askers: readonly GroupMember[]; topics: string[] }>();
  const topics = new Set(members.flatMap((member) => member.topics));
  for (const topic of [...topics].filter((each) => partitions.has(each)).sort()) {
    const askers = members.filter((member) => member.topics.includes(topic));
    const key = JSON.stringify(askers.map(({ id }) => id));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { askers, topics: [topic] });
    else group.topics.push(topic);
  }
  return groups.values();
}

/** The numbers from 0 up to `count`, by member, ascending. */
function share(members: readonly GroupMember[], count: number): ReadonlyMap<string, readonly number[]> {
  const kept = claims(members, count);
  const least = Math.floor(count / members.length);
  // Those that have most keep the shares that are larger by one.
  const ordered = [...kept].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
  const larger = count % members.length;
  const quota = new Map(ordered.map(([id], index) => [id, least + (index < larger ? 1 : 0)]));
  const shares = new Map(ordered.map(([id, numbers]) => [id, numbers.slice(0, quota.get(id))]));
  const taken = new Set([...shares.values()].flat());
  for (let number = 0; number < count; number++) {
    if (taken.has(number)) continue;
    const [, fewest] =
      [...shares]
        .filter(([id, numbers]) => numbers.length < (quota.get(id) ?? 0))
        .sort(([a, one], [b, other]) => one.length - other.length || (a < b ? -1 : 1))[0] ?? [];
    fewest?.push(number);
  }
  for (const numbers of shares.values()) numbers.sort((a, b) => a - b);
  return shares;
}

/** What each may keep: of two that claim a number (one was cut off for a while), the one of the newer generation. */
function claims(members: readonly GroupMember[], count: number): Map<string, number[]> {
  const holders = new Map<number, GroupMember>();
  for (const member of members) {
    for (const number of member.owned) {
      const holder = holders.get(number);
      const wins = holder === undefined || member.generation > holder.generation;
      if (number < count && wins) holders.set(number, member);
    }
  }
  const kept = new Map(members.map(({ id }) => [id, [] as number[]]));
  for (const [number, { id }] of [...holders].sort(([a], [b]) => a - b)) kept.get(id)?.push(number);
  return kept;
}
