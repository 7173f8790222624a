// Where a comparator without a checkpoint begins: --from earliest | now | TIME, or by default a little before the later
// of the two logs begins.
import { type EventLog, type Extent, Fault, type Position, SIDES, type Side } from '@parallax/core';
import type { Telemetry } from '@parallax/platform';
import { historySkipped } from './events.ts';
import type { Shuffled } from './shuffled.ts';
import type { PartitionPair, Sides } from './sides.ts';

/** Epoch ms where it is a number. */
export type From = 'default' | 'earliest' | 'now' | number;

/** ISO 8601, in UTC where it names no zone, or epoch milliseconds. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** What a person gives as --from. @throws Fault `bad-arguments` */
export function parseFrom(given: string | undefined): From {
  if (given === undefined) return 'default';
  if (given === 'earliest' || given === 'now') return given;
  if (/^\d{12,16}$/.test(given)) return Number(given);
  const hasZone = !given.includes('T') || /(Z|[+-]\d\d:?\d\d)$/.test(given);
  const time = TIME.test(given) ? Date.parse(hasZone ? given : `${given}Z`) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new Fault(`--from is '${given}'`, {
    code: 'bad-arguments',
    cure: 'Give earliest, now, or a time such as 2026-03-01, 2026-03-01T08:00:00Z or 1772352000000 (epoch ms).',
  });
}

/** As {@link parseFrom} reads it. */
export function formatFrom(from: From): string {
  return typeof from === 'number' ? new Date(from).toISOString() : from;
}

/** How much earlier than the later log the default begins, at least: clocks of the two systems may disagree. */
const MARGIN_MS = 10 * 60_000;

export interface SideBeginning {
  readonly position: number;
  readonly headLost: boolean;
}

export type Beginning = (pair: PartitionPair) => Readonly<Record<Side, SideBeginning>>;

export interface StartAround {
  readonly log: Pick<EventLog, 'read' | 'offsetsAt'>;
  readonly telemetry: Telemetry;
  readonly deadlineMs: number;
  /** A shuffled topic is read from its start: where that is, the shuffler was told. */
  readonly shuffled: Pick<Shuffled, 'planOf' | 'firstTime'>;
}

/** Looks at the logs once; the function it returns answers for each partition. */
export async function planStart(
  from: From,
  sides: Sides,
  pairs: readonly PartitionPair[],
  around: StartAround,
): Promise<Beginning> {
  const times = from === 'default' ? await defaultTimes(pairs, around) : new Map<string, number>();
  if (typeof from === 'number') for (const { output } of pairs) times.set(output.output, from);
  const offsets = new Map<string, readonly Position[]>();
  for (const [output, time] of times) {
    for (const side of SIDES) {
      const topic = sides.topic(output, side);
      if (around.shuffled.planOf(output, side) === undefined)
        offsets.set(topic, await around.log.offsetsAt(topic, time));
    }
  }
  if (from === 'default') tellSkipped(pairs, times, offsets, around.telemetry);
  const begin = (extent: Extent): SideBeginning => {
    if (from === 'now') return { position: extent.end, headLost: extent.end > 0 };
    const found = offsets.get(extent.topic)?.find(({ partition }) => partition === extent.partition)?.offset;
    const position = Math.max(extent.start, found ?? extent.start);
    return { position, headLost: position > 0 };
  };
  return ({ legacy, candidate }) => ({ legacy: begin(legacy), candidate: begin(candidate) });
}

/** By output; an output whose logs begin together, or where one is empty, is read from its beginning. */
async function defaultTimes(pairs: readonly PartitionPair[], around: StartAround): Promise<Map<string, number>> {
  const firsts = new Map<string, Record<Side, number>>();
  for (const pair of pairs) {
    const known = firsts.get(pair.output.output) ?? { legacy: Infinity, candidate: Infinity };
    firsts.set(pair.output.output, known);
    for (const side of SIDES) {
      const { topic, partition, start } = pair[side];
      const plan = around.shuffled.planOf(pair.output.output, side);
      if (plan !== undefined) {
        known[side] = await around.shuffled.firstTime(plan);
        continue;
      }
      const [first] = await around.log.read(topic, partition, start, 1);
      if (first !== undefined) known[side] = Math.min(known[side], first.timestamp);
    }
  }
  const times = new Map<string, number>();
  for (const [output, { legacy, candidate }] of firsts) {
    if (!Number.isFinite(legacy) || !Number.isFinite(candidate)) continue;
    const margin = Math.max(around.deadlineMs, MARGIN_MS);
    const time = Math.max(legacy, candidate) - margin;
    if (time > Math.min(legacy, candidate)) times.set(output, time);
  }
  return times;
}

function tellSkipped(
  pairs: readonly PartitionPair[],
  times: ReadonlyMap<string, number>,
  offsets: ReadonlyMap<string, readonly Position[]>,
  telemetry: Telemetry,
): void {
  const skipped = new Map<string, { events: number; time: number }>();
  for (const pair of pairs) {
    const time = times.get(pair.output.output);
    if (time === undefined) continue;
    for (const { topic, partition, start } of [pair.legacy, pair.candidate]) {
      const found = offsets.get(topic)?.find((position) => position.partition === partition)?.offset ?? start;
      const before = skipped.get(topic)?.events ?? 0;
      skipped.set(topic, { events: before + Math.max(0, found - start), time });
    }
  }
  for (const [topic, { events, time }] of skipped)
    if (events > 0) telemetry.record(historySkipped(topic, time, events));
}
