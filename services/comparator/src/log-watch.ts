// Watches what the log says of itself while it is read: how far it reaches, whether it has shrunk, whether reading has come
// to a stand below its end, and where it begins when offsets were skipped.
import { type Batch, type Consumption, type EventLog, Fault, type Join, type Side } from '@parallax/core';
import type { Telemetry } from '@parallax/platform';
import { eventsLost } from './events.ts';
import type { Shuffled } from './shuffled.ts';
import type { Sides } from './sides.ts';

/** Answers in a row that a log ends before our cursor: one may come from a broker that is catching up. */
const ENOUGH = 3;

export interface LogWatchAround {
  readonly log: Pick<EventLog, 'extents'>;
  readonly sides: Sides;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly joinOf: (output: string, partition: number) => Join | undefined;
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
  /** By topic and partition: how often in a row it was seen to end before our cursor. */
  #shrunk = new Map<string, number>();
  readonly #doubted = new Map<string, Watched>();
  #owned: readonly { readonly topic: string; readonly partition: number }[] = [];

  constructor(around: LogWatchAround) {
    this.#around = around;
  }

  /**
   * To be called before a batch is read: what it skips may be lost, until the log has been asked where it begins; but for
   * what is known to have been no event. Where every batch ends a transaction, nothing could ever be called absent otherwise.
   */
  arriving(join: Join, side: Side, { topic, partition, records, next, aborted = 0, markers = 0 }: Batch): void {
    if (next - join.evidence[side].cursor > records.length + aborted + markers) {
      join.losses.doubt(side);
      this.#doubted.set(`${topic}/${partition}`, { join, side });
    }
    if (aborted > 0) join.losses.aborted(side, this.#around.now());
  }

  /**
   * Asks for the log's ends, and for its beginning where offsets were skipped.
   * @throws Fault `log-truncated`
   */
  async look(consumption: Consumption): Promise<void> {
    const { sides, shuffled, joinOf, isRead, now } = this.#around;
    const cursors = new Map<string, Watched & { readonly cursor: number }>();
    for (const { topic, partition } of this.#owned) {
      const { output, side } = sides.role(topic);
      const join = joinOf(output, partition);
      if (join !== undefined) cursors.set(`${topic}/${partition}`, { join, side, cursor: join.evidence[side].cursor });
    }
    // By our own clock, the one that events arrive by: another one may be set while it is read.
    const asked = now();
    for (const { topic, partition, end } of await consumption.ends()) {
      const { output, side } = sides.role(topic);
      const join = joinOf(output, partition);
      if (join === undefined) continue;
      const before = cursors.get(`${topic}/${partition}`);
      if (before?.join === join) this.#checkEnd(topic, partition, end, before.cursor);
      if (shuffled.planOf(output, side) !== undefined) {
        // Only that these records were there by now.
        join.sample(side, { asked: Number.NEGATIVE_INFINITY, answered: now(), end });
        continue;
      }
      join.sample(side, { asked, answered: now(), end });
      join.look(side, isRead({ topic, partition }), now());
    }
    await this.#resolve();
  }

  /** Forgets what was watched: other partitions are read now. */
  assigned(partitions: readonly { readonly topic: string; readonly partition: number }[]): void {
    this.#owned = partitions;
    this.#shrunk = new Map();
    this.#doubted.clear();
  }

  #checkEnd(topic: string, partition: number, end: number, cursor: number): void {
    const place = `${topic}/${partition}`;
    const times = end < cursor ? (this.#shrunk.get(place) ?? 0) + 1 : 0;
    this.#shrunk.set(place, times);
    if (times < ENOUGH) return;
    throw new Fault(
      `${topic}, partition ${partition}, ends at ${end}, though it was read up to ${cursor}: it was deleted and created anew, or lost records.`,
      {
        code: 'log-truncated',
        cure: 'What was judged stays. Find out what happened to the topic, then begin anew with --forget, and --from where that shall be.',
      },
    );
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
