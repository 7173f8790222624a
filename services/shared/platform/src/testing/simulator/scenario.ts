// What a seed makes happen: the experiment's window, and every event both systems will ever publish.
import type { LogRecord, Side } from '@parallax/core';
import type { Random } from './random.ts';

export interface PlannedEvent {
  readonly side: Side;
  /** Virtual wall ms at which the broker has it. */
  readonly writtenAt: number;
  readonly record: Omit<LogRecord, 'offset'>;
}

export interface Scenario {
  readonly pick: 'sequence' | 'set' | 'last' | 'first';
  readonly counts: 'compare' | 'ignore';
  readonly settleMs: number;
  readonly deadlineMs: number;
  readonly outageMs: number;
  readonly maxOutageMs: number;
  readonly tombstones: number;
  readonly lookupEvery: number;
  /** Few closed pairs are remembered, and one id in many is looked up: as where ids are used again after long. */
  readonly forgets: boolean;
  readonly openBytes: number;
  readonly crashes: boolean;
  /** Crashed processes may only be stopped, and go on later; what they wrote may land at any time. */
  readonly stops: boolean;
  readonly tracksConsumption: boolean;
  readonly timestamps: 'create' | 'append';
  /** A broker's clock is set back by more than brokers' clocks may be apart: what it stamps proves no absence any more. */
  readonly clockFalls: boolean;
  /** The first process starts once everything has been written. */
  readonly comesLate: boolean;
  /** Rows read back at a start; fewer than there are: the rest is only found by asking. */
  readonly recalled: number;
  /** The candidate's log has lost its head: lone legacy events before this wall time are `before-start`. */
  readonly headUntil: number | undefined;
  /** How it ends: quietly, or with both ends declared complete. */
  readonly ending: 'calm' | 'complete';
  readonly events: readonly PlannedEvent[];
  readonly endsAt: number;
}

export const START = 1_700_000_000_000;
export const ID = 'correlation-id';
/** No UTF-8: no id can be read from it. */
const BROKEN = Uint8Array.of(0xff, 0xfe);
const encoder = new TextEncoder();

export function planScenario(random: Random): Scenario {
  const settleMs = random.pick([0, 50, 500]);
  const deadlineMs = random.pick([1000, 5000]);
  const ids = 20 + random.below(60);
  const hasLostHead = random.chance(0.1);
  const origin = hasLostHead ? 2 * deadlineMs : 0;
  const timestamps = random.pick(['create', 'append'] as const);
  const spanMs = 2000 + random.below(timestamps === 'append' ? 50_000 : 20_000);
  const events: PlannedEvent[] = [];
  const isShort = !hasLostHead && random.chance(0.25);
  // Large enough, where memory is short, that letting go of payloads makes room.
  const pad = isShort ? 'x'.repeat(random.pick([0, 100, 400])) : '';
  const skew = hasLostHead ? 0 : skewOf(random, timestamps);
  const fall =
    timestamps === 'append' && !hasLostHead && random.chance(0.15)
      ? { side: random.pick(['legacy', 'candidate'] as const), from: random.below(spanMs) }
      : undefined;
  const silence = random.chance(0.3)
    ? { from: origin + random.below(spanMs), for: deadlineMs * (1 + random.below(6)) }
    : undefined;
  const types = random.chance(0.3) ? ['a', 'b'] : [''];
  const write = (side: Side, at: number, id: Uint8Array | null, value: Uint8Array | null): void => {
    const silent =
      side === 'candidate' && silence !== undefined && at >= silence.from && at < silence.from + silence.for;
    const time = silent ? silence.from + silence.for + random.below(500) : at;
    const clock = START + time + (side === 'candidate' ? skew : 0);
    const isFallen = fall !== undefined && fall.side === side && time >= fall.from;
    const stamped = clock - (isFallen ? 60_000 : 0);
    const created = !hasLostHead && random.chance(0.01) ? START + 1e10 : clock - random.below(20);
    events.push({
      side,
      writtenAt: START + time,
      record: {
        timestamp: timestamps === 'append' ? stamped : created,
        key: null,
        value,
        headers: [['type', encoder.encode(random.pick(types))], ...(id === null ? [] : [[ID, id] as const])],
      },
    });
  };
  if (hasLostHead) {
    for (const side of ['legacy', 'candidate'] as const) write(side, 20, encoder.encode('first'), document(random, 0));
    const heads = random.below(5);
    for (let i = 0; i < heads; i++) {
      write('legacy', 20 + random.below(deadlineMs / 2), encoder.encode(`head-${i}`), document(random, 0));
    }
  }
  for (let i = 0; i < ids; i++) {
    const id = encoder.encode(`id-${i}`);
    const at = origin + random.below(spanMs);
    const base = random.below(5);
    for (const side of ['legacy', 'candidate'] as const) {
      const fate = random.next();
      const many = fate < 0.06 ? 0 : fate < 0.85 ? 1 : 1 + random.below(3);
      let time = at + (side === 'candidate' ? delay(random, deadlineMs) : random.below(100));
      for (let k = 0; k < many; k++) {
        const differs = random.chance(0.12);
        const value = random.chance(0.03) ? null : document(random, base + k + (differs ? 100 : 0), pad);
        write(side, time, id, value);
        while (random.chance(0.12)) {
          time += random.chance(0.5) ? random.below(50) : random.below(deadlineMs * 3);
          write(side, time, id, value);
        }
        time += random.chance(0.7) ? random.below(settleMs + 100) : random.below(deadlineMs * 4);
      }
    }
    if (random.chance(0.04)) write(random.pick(['legacy', 'candidate']), at, null, document(random, 1));
    if (random.chance(0.04)) write(random.pick(['legacy', 'candidate']), at, BROKEN, document(random, 1));
  }
  events.sort((a, b) => a.writtenAt - b.writtenAt);
  // Where few ids are looked up and not everything is remembered, an id that is used again may be taken for a new one.
  const memory = random.pick(['asks', 'asks', 'asks', 'remembers', 'remembers', 'forgets'] as const);
  return {
    pick: random.pick(['sequence', 'sequence', 'set', 'last', 'first']),
    counts: random.pick(['compare', 'ignore']),
    settleMs,
    deadlineMs,
    outageMs: random.pick([500, 2500]),
    maxOutageMs: 60_000,
    tombstones: memory === 'forgets' || (memory === 'asks' && random.chance(0.4)) ? 5 : 10_000,
    lookupEvery: memory === 'asks' ? 1 : 64,
    recalled: memory === 'remembers' ? 10_000 : random.pick(memory === 'asks' ? [0, 5, 10_000] : [0, 5]),
    forgets: memory === 'forgets',
    openBytes: isShort ? random.pick([2000, 4000]) + 5 * pad.length : 1 << 26,
    crashes: fall === undefined || random.chance(0.5),
    stops: !isShort || random.chance(0.3),
    tracksConsumption: random.chance(0.3),
    timestamps,
    clockFalls: fall !== undefined,
    comesLate: random.chance(0.25),
    headUntil: hasLostHead ? START + deadlineMs : undefined,
    ending: random.chance(0.2) ? 'complete' : 'calm',
    events,
    endsAt: Math.max(START + origin + spanMs, ...events.map((event) => event.writtenAt)),
  };
}

/** How far candidate's clock is ahead: that of any producer, or of a broker that is looked after. */
function skewOf(random: Random, timestamps: Scenario['timestamps']): number {
  if (!random.chance(0.3)) return 0;
  return random.pick(timestamps === 'append' ? [-3000, 500, 3000] : [-120_000, 120_000, 3000]);
}

function delay(random: Random, deadlineMs: number): number {
  const kind = random.next();
  if (kind < 0.75) return random.below(200) - 50 < 0 ? 0 : random.below(200);
  if (kind < 0.9) return random.below(deadlineMs);
  return deadlineMs + random.below(deadlineMs * 4);
}

function document(random: Random, n: number, pad = ''): Uint8Array {
  const spaced = random.chance(0.3) ? ' ' : '';
  const volatile = random.chance(0.3) ? random.below(3) : 0;
  return encoder.encode(`{"n":${spaced}${n},"tags":["a","b${pad}"],"seen":${volatile}}`);
}
