// Which partitions are read: remembers what was paused, so that the log is told of changes only.
import type { AssignedPartition, Consumption, Join, Side } from '@parallax/core';

/** Offsets that cost about as much to read past as a seek. */
const FAR = 10_000;

interface Place {
  readonly topic: string;
  readonly partition: number;
}

export class Reading {
  consumption: Consumption | undefined;
  #paused = new Map<string, Place>();
  #owned: readonly Place[] = [];

  /** A new generation: nothing is paused in it. */
  assigned(partitions: readonly AssignedPartition[]): void {
    this.#owned = partitions.map(({ topic, partition }) => ({ topic, partition }));
    this.#paused = new Map();
  }

  /** Returns whether that changes anything. */
  want(place: Place, isRead: boolean): boolean {
    const key = `${place.topic}/${place.partition}`;
    if (this.#paused.has(key) === !isRead) return false;
    if (isRead) {
      this.#paused.delete(key);
      this.consumption?.resume([place]);
    } else {
      this.#paused.set(key, place);
      this.consumption?.pause([place]);
    }
    return true;
  }

  /** Seeks over what need not be read again, where that is far: one old event may be open below a day of judged ones. */
  skip({ topic, partition }: Place, join: Join, side: Side, now: number): void {
    const offset = join.wanted(side);
    if (offset - join.evidence[side].cursor < FAR) return;
    join.advance(side, offset, now);
    this.consumption?.seek({ topic, partition, offset });
  }

  isRead({ topic, partition }: Place): boolean {
    return !this.#paused.has(`${topic}/${partition}`);
  }

  stop(): void {
    this.consumption?.pause(this.#owned);
  }
}
