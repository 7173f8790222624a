// Two files of events compared: one pass finds every id, a second one judges id by id, in the order of the ids.
//
// The order of lines plays no part in the result, and memory holds places of events, not events.
import {
  type ComparePlan,
  type Content,
  type Correlate,
  type ExplainedPair,
  explainGroup,
  type FileEvent,
  type FilePair,
  type FileTally,
  judgeGroup,
  type Means,
  SIDES,
  type Side,
} from '@parallax/core';
import type { EventFile } from './event-file.ts';

export interface Comparing {
  readonly files: Readonly<Record<Side, EventFile>>;
  readonly plan: ComparePlan;
  /** For events without an id of their own. */
  readonly correlate: Readonly<Record<Side, Correlate>>;
  readonly typeOf: (content: Content, side: Side) => string;
  /** Of an id as it is read, what is shown of it. */
  readonly maskId: (id: string) => string;
  /** Told of each event that belongs to no pair. `place`: a line, or the number of a record, from 1. */
  unusable(file: EventFile, place: number, why: string): void;
  progress(line: string): void;
}

/** Gives the pairs in ascending order of their ids, and counts them in `tally`. */
export function* comparePairs(comparing: Comparing, tally: FileTally): Generator<FilePair> {
  const { ids, events, grouping } = read(comparing, tally);
  let done = 0;
  for (const id of ids) {
    const pair = judgeGroup(comparing.maskId(id), events('legacy', id), events('candidate', id), grouping);
    tally.pair(pair);
    yield pair;
    if (++done % 1000 === 0) comparing.progress(`comparing: ${done} of ${ids.length} ids`);
  }
}

/** The events of every id, in ascending order of ids; those that belong to no pair are counted in `tally`. */
export function* eachGroup(
  comparing: Comparing,
  tally: FileTally,
): Generator<{ readonly id: string; readonly of: number } & Readonly<Record<Side, readonly FileEvent[]>>> {
  const { ids, events } = read(comparing, tally);
  for (const id of ids) yield { id, of: ids.length, legacy: events('legacy', id), candidate: events('candidate', id) };
}

/** One pair with what every rule did; undefined where neither file has the id. `means`: those of the plan. */
export function explainPair(
  comparing: Comparing,
  tally: FileTally,
  id: string,
  means: Means,
): ExplainedPair | undefined {
  const { ids, events, grouping } = read(comparing, tally);
  const own = ids.find((known) => known === id || comparing.maskId(known) === id);
  if (own === undefined) return undefined;
  const explained = explainGroup(
    comparing.maskId(own),
    events('legacy', own),
    events('candidate', own),
    grouping,
    means,
  );
  tally.pair(explained.pair);
  return explained;
}

/** First pass: where the events of every id are. */
function read(comparing: Comparing, tally: FileTally) {
  const index = { legacy: indexOf('legacy', comparing, tally), candidate: indexOf('candidate', comparing, tally) };
  const { plan, typeOf, files } = comparing;
  return {
    ids: [...new Set([...index.legacy.ids.keys(), ...index.candidate.ids.keys()])].sort(),
    grouping: { plan, typeOf, lost: { legacy: index.legacy.lost > 0, candidate: index.candidate.lost > 0 } },
    events: (side: Side, id: string): readonly FileEvent[] =>
      index[side]
        .of(id)
        .map((event) => ({ timestamp: index[side].timestamps[event] as number, content: files[side].content(event) })),
  };
}

class EventIndex {
  readonly ids = new Map<string, number>();
  readonly timestamps: number[] = [];
  lost = 0;
  /** Of each event the one before it with the same id; -1 for the first. */
  private readonly before: number[] = [];

  /** `id`: undefined for an event that belongs to no pair; it is numbered all the same. */
  add(id: string | undefined, timestamp: number): void {
    const event = this.timestamps.push(timestamp) - 1;
    this.before.push(id === undefined ? -1 : (this.ids.get(id) ?? -1));
    if (id !== undefined) this.ids.set(id, event);
  }

  of(id: string): readonly number[] {
    const events: number[] = [];
    for (let event = this.ids.get(id) ?? -1; event >= 0; event = this.before[event] as number) events.push(event);
    return events.reverse();
  }
}

function indexOf(side: Side, comparing: Comparing, tally: FileTally): EventIndex {
  const file = comparing.files[side];
  const index = new EventIndex();
  const lost = (column: 'no-id' | 'undecodable', place: number, why: string): void => {
    index.lost++;
    tally.lost(side, column);
    comparing.unusable(file, place, why);
  };
  file.scan({
    event({ id, timestamp, place }, content) {
      const correlated = id === undefined ? comparing.correlate[side](content()) : { kind: 'id' as const, id };
      index.add(correlated.kind === 'id' ? correlated.id : undefined, timestamp);
      if (correlated.kind === 'no-id') lost('no-id', place, 'no id');
      else if (correlated.kind === 'undecodable') lost('undecodable', place, `no id: ${correlated.reason}`);
    },
    unreadable(place, why) {
      lost('undecodable', place, why);
    },
    progress(bytes) {
      comparing.progress(`reading ${file.shown}: ${Math.floor((100 * bytes) / Math.max(1, file.size))} %`);
    },
  });
  return index;
}

/** Sides without a single event. */
export function emptySides(tally: FileTally): readonly Side[] {
  const { ledger } = tally.summary({ parity: 1, undecided: 0 });
  return SIDES.filter((side) => Object.values(ledger[side]).every((events) => events === 0));
}
