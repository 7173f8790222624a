// The consumer groups of a memory log: epochs, commits, and who consumes.
import type { CommitResult, Committed } from '@parallax/core';
import { partitionKey } from '../../log/limits.ts';

/** A consumer that can be given a new generation. */
export interface Member {
  join(): void;
}

interface Group {
  epoch: number;
  live: Member | undefined;
  readonly commits: Map<string, Committed>;
}

export class MemoryGroups {
  readonly #groups = new Map<string, Group>();

  live(group: string): Member | undefined {
    return this.#groups.get(group)?.live;
  }

  /** A new generation of the group, consumed by `live`. */
  begin(group: string, live: Member): number {
    const known = this.#group(group);
    known.live = live;
    known.epoch++;
    return known.epoch;
  }

  release(group: string, live: Member): void {
    const known = this.#group(group);
    if (known.live === live) known.live = undefined;
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

  #group(name: string): Group {
    const group = this.#groups.get(name) ?? { epoch: 0, live: undefined, commits: new Map<string, Committed>() };
    this.#groups.set(name, group);
    return group;
  }
}
