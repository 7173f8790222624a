// The consumer groups of a memory log: generations, commits, who consumes, and who consumes what.
import type { CommitResult, Committed } from '@parallax/core';
import { partitionKey } from '../../log/limits.ts';

/** A consumer that can be given a new generation: of every topic the partitions with `partition % of === index`. */
export interface Member {
  renew(generation: number, index: number, of: number): void;
}

interface Group {
  epoch: number;
  /** In the order in which they joined; with exclusive groups at most one. */
  members: Member[];
  readonly commits: Map<string, Committed>;
}

export class MemoryGroups {
  readonly #groups = new Map<string, Group>();
  readonly #isShared: boolean;

  constructor(isShared: boolean) {
    this.#isShared = isShared;
  }

  live(group: string): Member | undefined {
    return this.#groups.get(group)?.members.at(-1);
  }

  isMember(group: string, member: Member): boolean {
    return this.#groups.get(group)?.members.includes(member) === true;
  }

  /** This member joins, or takes over: a new generation for all there are. */
  enter(group: string, member: Member): void {
    const known = this.#group(group);
    known.members = this.#isShared ? [...known.members.filter((other) => other !== member), member] : [member];
    this.#renew(known);
  }

  release(group: string, member: Member): void {
    const known = this.#group(group);
    if (!known.members.includes(member)) return;
    known.members = known.members.filter((other) => other !== member);
    if (this.#isShared) this.#renew(known);
  }

  /** A new generation of whoever is there. */
  rebalance(group: string): void {
    this.#renew(this.#group(group));
  }

  commit(group: string, generation: number, offsets: readonly Committed[]): CommitResult {
    const { epoch, commits } = this.#group(group);
    if (generation !== epoch) return 'refused';
    for (const each of offsets) commits.set(partitionKey(each.topic, each.partition), { ...each });
    return 'committed';
  }

  committed(group: string, topics: readonly string[]): readonly Committed[] {
    const commits = [...(this.#groups.get(group)?.commits.values() ?? [])];
    return topics.flatMap((topic) =>
      commits.filter((each) => each.topic === topic).sort((a, b) => a.partition - b.partition),
    );
  }

  /** The epoch stays, so that generations never come twice. */
  forget(group: string): void {
    this.#groups.get(group)?.commits.clear();
  }

  forgetTopic(topic: string): void {
    for (const { commits } of this.#groups.values()) {
      for (const [key, each] of commits) if (each.topic === topic) commits.delete(key);
    }
  }

  #renew(group: Group): void {
    group.epoch++;
    const { epoch, members } = group;
    for (const [index, member] of members.entries()) member.renew(epoch, index, members.length);
  }

  #group(name: string): Group {
    const group = this.#groups.get(name) ?? { epoch: 0, members: [], commits: new Map<string, Committed>() };
    this.#groups.set(name, group);
    return group;
  }
}
