// Pairs out of the archive: one pass finds the ids of both sides, a second one brings the events of each id together.
//
// Both sides are read a partition at a time and side by side, always the one of which less waits for its counterpart, so
// where both topics are keyed alike little waits. Nothing rests on that: ids are looked for in all partitions.
import type { Archive, Content, FileEvent, RejudgedOutput, Rejudging, Side } from '@parallax/core';
import { Fault, SIDES } from '@parallax/core';
import { archivedTopics, listArchive, type OnProblem, type OpenedSchemas } from '@parallax/platform';
import { ArchivedSide, type Span } from './archived-side.ts';
import { IdTable } from './id-table.ts';
import { WaitingEvents } from './waiting-events.ts';

/** Epoch ms: pairs whose first event was recorded in it. Absent ends are open. */
export interface PairRange {
  readonly from?: number;
  readonly to?: number;
}

export interface ArchiveReading {
  readonly range: PairRange;
  readonly schemas: OpenedSchemas;
  /** Told to stop. */
  readonly signal: AbortSignal;
  /** Where ids are kept; default: a table of its own for each output. */
  readonly ids?: IdTable;
  /** Payloads held in memory; beyond it they wait in a file. */
  readonly waitingBytes?: number;
  /** Told of what cannot be read, more than once: it is left out. Without it, that is a fault. */
  readonly onProblem?: OnProblem;
  /** Events of the second pass are as many as those of the first. */
  progress(phase: 'ids' | 'events', events: number): void;
}

/** What the archive has of the topics. */
export interface ArchiveExtent {
  /** Records, both sides. */
  readonly records: number;
  readonly doubts: readonly string[];
}

/** @throws Fault `archive-unknown-topic` */
export async function extentOf(
  archive: Archive,
  output: RejudgedOutput,
  onProblem?: OnProblem,
): Promise<ArchiveExtent & Partitions> {
  const partitions: Record<Side, number[]> = { legacy: [], candidate: [] };
  const doubts: string[] = [];
  let records = 0;
  for (const side of SIDES) {
    const { topic } = output.plan[side];
    for await (const summary of listArchive(archive, topic, onProblem)) {
      partitions[side].push(summary.partition);
      records += summary.records;
      for (const { from, to } of summary.gaps) {
        doubts.push(
          `The archive lacks offsets ${from}–${to - 1} of ${topic}, partition ${summary.partition}: pairs may be judged without events that lay there.`,
        );
      }
    }
    if (partitions[side].length === 0) throw await unknownTopic(archive, topic, side);
  }
  return { records, doubts, partitions };
}

interface Partitions {
  readonly partitions: Readonly<Record<Side, readonly number[]>>;
}

/** Judges all pairs of one output. @throws Fault as {@link readArchived}; `archive-changed`; `stopped` */
export async function rejudgeArchive(
  archive: Archive,
  rejudging: Rejudging,
  output: RejudgedOutput,
  { partitions }: Partitions,
  reading: ArchiveReading,
): Promise<void> {
  const { range, schemas, signal, waitingBytes, onProblem } = reading;
  const { deadlineMs, settleMs } = rejudging.settings.experiment.window;
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range;
  const span: Span = { since: from - deadlineMs - settleMs, until: to + deadlineMs + settleMs };
  const side = (which: Side): ArchivedSide => new ArchivedSide(archive, output, which, span, onProblem);
  const sides = { legacy: side('legacy'), candidate: side('candidate') };
  const { ids = new IdTable() } = reading;
  for (const which of SIDES) {
    for (const partition of partitions[which]) {
      for await (const events of sides[which].index(partition, ids, rejudging, schemas)) {
        reading.progress('ids', events);
        checkGoesOn(signal);
      }
    }
  }
  const isMeant = (group: number): boolean => ids.first(group) >= from && ids.first(group) < to;
  for (const which of SIDES) rejudging.alone[which] += aloneIn(ids, which, isMeant);
  const joining = new Joining(rejudging, output, ids, isMeant, new WaitingEvents(waitingBytes));
  try {
    for (const partition of new Set([...partitions.legacy, ...partitions.candidate].toSorted((a, b) => a - b))) {
      await joining.partition(sides, partition, (events) => {
        reading.progress('events', events);
        checkGoesOn(signal);
      });
    }
  } finally {
    joining.close();
  }
}

class Joining {
  readonly #rejudging: Rejudging;
  readonly #output: RejudgedOutput;
  readonly #ids: IdTable;
  readonly #isMeant: (group: number) => boolean;
  readonly #waiting: WaitingEvents;

  constructor(
    rejudging: Rejudging,
    output: RejudgedOutput,
    ids: IdTable,
    isMeant: (group: number) => boolean,
    waiting: WaitingEvents,
  ) {
    this.#waiting = waiting;
    this.#rejudging = rejudging;
    this.#output = output;
    this.#ids = ids;
    this.#isMeant = isMeant;
  }

  async partition(
    sides: Readonly<Record<Side, ArchivedSide>>,
    partition: number,
    told: (events: number) => void,
  ): Promise<void> {
    const streams = { legacy: sides.legacy.events(partition), candidate: sides.candidate.events(partition) };
    const open = new Set<Side>(SIDES);
    while (open.size > 0) {
      const { legacy, candidate } = this.#waiting.bytes;
      const preferred: Side = legacy <= candidate ? 'legacy' : 'candidate';
      const side = open.has(preferred) ? preferred : (open.values().next().value ?? preferred);
      const batch = await streams[side].next();
      if (batch.done === true) {
        open.delete(side);
        continue;
      }
      for (const [record, group] of batch.value) {
        if (group >= 0) this.#event(side, group, record.timestamp, record);
      }
      told(batch.value.length);
    }
  }

  close(): void {
    this.#waiting.close();
  }

  #event(side: Side, group: number, timestamp: number, content: Content): void {
    const { legacy, candidate } = this.#ids.events;
    const [left, right] = [legacy.at(group), candidate.at(group)];
    if (left === 0 || right === 0 || !this.#isMeant(group)) return;
    if (this.#waiting.count(group) + 1 < left + right) {
      this.#waiting.add(group, side, timestamp, content);
      return;
    }
    const events = this.#waiting.take(group);
    events[side].push({ timestamp, content });
    this.#judge(events);
  }

  /** Events of one hash: nearly always of one id. */
  #judge(events: Readonly<Record<Side, readonly FileEvent[]>>): void {
    const byId = new Map<string, Record<Side, FileEvent[]>>();
    for (const side of SIDES) {
      const correlate = this.#output.settings.correlate[side];
      for (const event of events[side]) {
        const correlated = correlate(event.content);
        if (correlated.kind !== 'id') continue;
        const own = byId.get(correlated.id) ?? { legacy: [], candidate: [] };
        own[side].push(event);
        byId.set(correlated.id, own);
      }
    }
    for (const [id, { legacy, candidate }] of byId) {
      if (legacy.length === 0) this.#rejudging.alone.candidate++;
      else if (candidate.length === 0) this.#rejudging.alone.legacy++;
      else this.#rejudging.pair(this.#output, id, legacy, candidate);
    }
  }
}

function aloneIn(ids: IdTable, side: Side, isMeant: (group: number) => boolean): number {
  const { legacy, candidate } = ids.events;
  const [own, others] = side === 'legacy' ? [legacy, candidate] : [candidate, legacy];
  let alone = 0;
  for (let group = 0; group < ids.groups; group++) {
    if (own.at(group) > 0 && others.at(group) === 0 && isMeant(group)) alone++;
  }
  return alone;
}

export function checkGoesOn(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new Fault('Told to stop before all pairs were judged.', {
    code: 'rejudge-stopped',
    cure: 'Nothing was kept, and nothing was changed: start it again.',
  });
}

async function unknownTopic(archive: Archive, topic: string, side: Side): Promise<Fault> {
  const topics = await archivedTopics(archive);
  return new Fault(`The archive ${archive.address} has nothing of ${topic}, the topic of ${side}`, {
    code: 'archive-unknown-topic',
    cure:
      topics.length === 0
        ? 'It is empty: traffic is stored while an experiment runs. Another archive: --archive; files: --legacy and --candidate.'
        : `It has ${topics.join(', ')}. Another archive: --archive; files: --legacy and --candidate.`,
  });
}
