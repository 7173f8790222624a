// Watches what the log says of itself while it is read: how far it reaches, whether it has shrunk, whether reading has come
// to a stand below its end, and where it begins when offsets were skipped.
import type { Batch, Consumption, EventLog, Join, JoinConfig, JoinCut, Side } from '@parallax/core';
import type { Telemetry } from '@parallax/platform';
import { eventsLost } from './events.ts';
import type { LastReads } from './last-reads.ts';
import type { OpenedJoin } from './opening.ts';
import type { Shuffled } from './shuffled.ts';
import type { Sides } from './sides.ts';
import { endsBefore, eventsCutOff } from './truncation.ts';

export interface LogWatchAround {
  readonly log: Pick<EventLog, 'extents'>;
  readonly sides: Sides;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly joinOf: (output: string, partition: number) => Join | undefined;
  readonly last: LastReads;
  /** What was written to a shuffled side is asked of its source. */
  readonly shuffled: Pick<Shuffled, 'planOf'>;
  /** Whether this partition is being read, and not paused by us. */
  readonly isRead: (place: { readonly topic: string; readonly partition: number }) => boolean;
}

interface Watched {
  readonly join: Join;
  readonly side: Side;
}

export class LogWatch {
  readonly #around: LogWatchAround;
  readonly #doubted = new Map<string, Watched>();
  readonly #last: LastReads;
  #owned: readonly { readonly topic: string; readonly partition: number }[] = [];

  constructor(around: LogWatchAround) {
    this.#around = around;
    this.#last = around.last;
  }

  /** Whether this batch cannot be read now, for {@link waits}; see last-reads.ts. To be called in the handler of the batch. */
  holds(join: Join, side: Side, batch: Batch, consumption: Pick<Consumption, 'seek'> | undefined): boolean {
    return this.#last.holds(batch, join.evidence[side].cursor, consumption);
  }

  waits(place: { readonly topic: string; readonly partition: number }): boolean {
    return this.#last.waits(place);
  }

  /**
   * To be called before a batch is read: what it skips may be lost, until the log has been asked where it begins; but for
   * what is known to have been no event. Where every batch ends a transaction, nothing could ever be called absent otherwise.
   */
  arriving(join: Join, side: Side, batch: Batch): void {
    const { topic, partition, records, next, aborted = 0, markers = 0 } = batch;
    this.#last.read(batch);
    if (next - join.evidence[side].cursor > records.length + aborted + markers) {
      join.losses.doubt(side);
      this.#doubted.set(`${topic}/${partition}`, { join, side });
    }
    if (aborted > 0) join.losses.aborted(side, this.#around.now());
  }

  /** Adds to a copy of a join's state by what the next start will tell that the log still holds what was read. */
  mark(cut: JoinCut, { output, partition }: Pick<JoinConfig, 'output' | 'partition'>): JoinCut {
    const side = (which: Side) => {
      const last = this.#last.of({ topic: this.#around.sides.topic(output, which), partition });
      return last === undefined ? cut[which] : { ...cut[which], last };
    };
    return { legacy: side('legacy'), candidate: side('candidate') };
  }

  /**
   * Asks for the log's ends, and for its beginning where offsets were skipped.
   * @throws Fault `log-truncated`
   */
  async look(consumption: Consumption): Promise<void> {
    const { sides, shuffled, telemetry, joinOf, isRead, now } = this.#around;
    const cursors = new Map<string, Watched & { readonly cursor: number }>();
    for (const { topic, partition } of this.#owned) {
      const { output, side } = sides.role(topic);
      const join = joinOf(output, partition);
      if (join !== undefined) cursors.set(`${topic}/${partition}`, { join, side, cursor: join.evidence[side].cursor });
    }
    // By our own clock, the one that events arrive by: another one may be set while it is read.
    const asked = now();
    for (const { topic, partition, end, epoch, isHeld = false } of await consumption.ends()) {
      await this.#last.confirm({ topic, partition }, epoch);
      const { output, side } = sides.role(topic);
      const join = joinOf(output, partition);
      if (join === undefined) continue;
      const before = cursors.get(`${topic}/${partition}`);
      // Asked for another owner of this partition.
      if (before?.join !== join) continue;
      // What an earlier process read counts as read here: others at its offsets would be taken for it, and never be judged.
      const read = Math.max(before.cursor, join.accounts[side].resumedAt);
      if (end < read) throw endsBefore({ topic, partition }, end, read);
      const lost = join.losses.ends(side, end, now());
      if (lost > 0) telemetry.record(eventsCutOff({ topic, partition }, end, lost));
      if (shuffled.planOf(output, side) !== undefined) {
        // Only that these records were there by now.
        join.sample(side, { asked: Number.NEGATIVE_INFINITY, answered: now(), end });
        continue;
      }
      join.sample(side, { asked, answered: now(), end });
      join.look(side, isHeld && isRead({ topic, partition }), now());
    }
    await this.#resolve();
  }

  /** Forgets what was watched: other partitions are read now. `opened`: from which state. */
  assigned(
    partitions: readonly { readonly topic: string; readonly partition: number }[],
    opened: readonly Pick<OpenedJoin, 'pair' | 'cut'>[],
  ): void {
    this.#owned = partitions;
    this.#last.assigned(opened);
    this.#doubted.clear();
  }

  async #resolve(): Promise<void> {
    if (this.#doubted.size === 0) return;
    const asked = new Map(this.#doubted);
    for (const { topic, partition, start } of await this.#around.log.extents(this.#around.sides.topics)) {
      const place = `${topic}/${partition}`;
      const watched = asked.get(place);
      // What was skipped after the question needs another one.
      if (watched === undefined || this.#doubted.get(place) !== watched) continue;
      this.#doubted.delete(place);
      const lost = watched.join.losses.begins(watched.side, start, this.#around.now());
      if (lost > 0) this.#around.telemetry.record(eventsLost({ topic, partition }, start, lost));
    }
  }
}
