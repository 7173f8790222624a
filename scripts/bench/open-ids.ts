// What a million open ids cost: `node --expose-gc scripts/bench/open-ids.ts [--ids N] [--open-bytes BYTES] [--resumed]`.
//
// One side is read and no answer comes: every event stays open, in four partitions of one process, and a cut is copied and
// encoded. Then every answer comes, three in ten with other bytes, and everything is judged. With --resumed the joins go
// on from such a cut and read again what was open. Prints resident and heap memory, microseconds of CPU an event, and the
// size of the checkpoint. Batches lie in one buffer each, as a fetch gives them, and are made between the measurements.
import { parseArgs } from 'node:util';
import {
  encodeSide,
  Join,
  type JoinStart,
  type LogRecord,
  OffsetSet,
  parseExperiment,
  planJoins,
  SIDES,
  type Side,
} from '@parallax/core';

const { values } = parseArgs({
  options: {
    ids: { type: 'string', default: '1000000' },
    'open-bytes': { type: 'string', default: String(2 ** 29) },
    resumed: { type: 'boolean', default: false },
  },
});
const IDS = Number(values.ids);
const PARTITIONS = 4;
const BATCH = 1000;
const EVERY = PARTITIONS * BATCH;
/** Milliseconds of the joins' own time that a batch takes: all is loaded within one deadline. */
const STEP_MS = 10;
const LOOKUPS = 10_000;
const START = 1_700_000_000_000;

const checked = parseExperiment(
  `
experiment: bench
correlation: [header:correlation-id]
legacy: { outputs: { order: legacy } }
candidate: { outputs: { order: candidate } }
rules:
  - ignore: [/processedAt]
window: { deadline: 600s }
`,
  'bench.yaml',
);
if (checked.kind !== 'ok') throw new Error(JSON.stringify(checked));
const { experiment } = checked;

const ITEM = { sku: 'SKU-70112', qty: 3, unitPrice: 119.95, total: 359.85 };
const ORDER = JSON.stringify({
  orderId: 'o-000000000',
  processedAt: '2025-01-01T00:00:00.000Z',
  status: 'CONFIRMED',
  currency: 'EUR',
  customer: { id: 'c-712345', tier: 'gold', address: { city: 'Rotterdam', zip: '30112' } },
  items: [ITEM, { ...ITEM, sku: 'SKU-11870' }, { ...ITEM, sku: 'SKU-30921' }, { ...ITEM, sku: 'SKU-55012' }],
  totals: { net: 1439.4, tax: 273.49, gross: 1712.89 },
});

/** Offsets `from` to `from + BATCH` of one partition; ids run over all of them. */
function batch(side: Side, partition: number, from: number): LogRecord[] {
  const texts: string[] = [];
  const ids: string[] = [];
  const last = Math.min(from + BATCH, IDS / PARTITIONS);
  for (let offset = from; offset < last; offset++) {
    const n = offset * PARTITIONS + partition;
    const id = `o-${String(n).padStart(9, '0')}`;
    ids.push(id);
    const differs = side === 'candidate' && n % 10 < 3;
    texts.push(ORDER.replace('o-000000000', id).replace('00:00.000Z', differs ? '00:07.250Z' : '00:00.000Z'));
  }
  const buffer = Buffer.from(ids.map((id, i) => `${id}${texts[i]}`).join(''));
  let at = 0;
  return ids.map((id, i) => {
    const key = buffer.subarray(at, at + id.length);
    const value = buffer.subarray(at + id.length, at + id.length + (texts[i] as string).length);
    at += key.length + value.length;
    const offset = from + i;
    return { offset, timestamp: START + offset * 0.13, key, value, headers: [['correlation-id', key]] };
  });
}

const plan = planJoins(experiment, experiment.outputs[0] as (typeof experiment.outputs)[number]);
const openBytes = Number(values['open-bytes']) / PARTITIONS;

function open(partition: number, start: JoinStart, now: number): Join {
  const config = plan({
    run: 'live',
    partition,
    joins: { seen: true },
    tracksConsumption: false,
    openBytes,
    rulesVersion: 1,
    timestamps: { legacy: 'create', candidate: 'create' },
  });
  return new Join(config, start, now);
}

let peak = 0;
function memory(): string {
  globalThis.gc?.();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  return `rss ${mb(rss)} (most ${mb(peak)}), heap ${mb(heapUsed)} of ${mb(heapTotal)}, external ${mb(external)}`;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function say(what: string, text: string): void {
  process.stdout.write(`${what.padEnd(34)} ${text}\n`);
}

let cpu = 0;
function busy<T>(work: () => T): T {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  cpu += user + system;
  peak = Math.max(peak, process.memoryUsage.rss());
  return result;
}

const outcomes: Record<string, number> = {};
let asked = 0;
let fetched = 0;
let pauses = 0;
let now = START;

/** What the comparator does around a join between two batches. */
function work(join: Join): void {
  join.tick(now);
  for (let ids = join.takeLookups(LOOKUPS); ids.length > 0; ids = join.takeLookups(LOOKUPS)) {
    asked += ids.length;
    join.answer(ids, [], now);
  }
  const fetches = join.takeFetches();
  for (const fetch of fetches) {
    fetched++;
    const from = fetch.offset - (fetch.offset % BATCH);
    const key = `${fetch.side}/${join.config.partition}/${from}`;
    if (key !== lastRead.key) {
      const before = process.cpuUsage();
      lastRead = { key, records: batch(fetch.side, join.config.partition, from) };
      const { user, system } = process.cpuUsage(before);
      cpu -= user + system;
    }
    join.supply(fetch, lastRead.records[fetch.offset - from], now);
  }
  for (const { outcome, reason } of join.drain().pairs) {
    const named = reason === '' ? outcome : `${outcome} (${reason})`;
    outcomes[named] = (outcomes[named] ?? 0) + 1;
  }
  join.acknowledged(join.emitted);
}
let lastRead: { key: string; records: readonly LogRecord[] } = { key: '', records: [] };

/** Reads one side to its end, a batch of each partition in turn; a paused side waits for its join to let it go on. */
function read(joins: readonly Join[], side: Side): void {
  cpu = 0;
  const began = performance.now();
  let events = 0;
  for (let round = 0; round < IDS / EVERY || joins.some(({ evidence }) => evidence[side].cursor < IDS / PARTITIONS); ) {
    round++;
    now += STEP_MS;
    if (round > 20 * (IDS / EVERY)) break;
    for (const join of joins) {
      const { cursor } = join.evidence[side];
      if (join.paused === side) pauses++;
      const records = join.paused === side ? [] : batch(side, join.config.partition, cursor);
      events += records.length;
      busy(() => {
        for (const record of records) join.read(side, record, now);
        work(join);
      });
    }
  }
  const seconds = (performance.now() - began) / 1000;
  say(
    `${side}: ${events} events`,
    `${(cpu / events).toFixed(2)} µs of CPU an event (${seconds.toFixed(1)} s with making them)`,
  );
}

say(`${IDS} ids of ${ORDER.length} bytes`, `budget ${mb(openBytes * PARTITIONS)}; ${memory()}`);
const each = IDS / PARTITIONS;
const fresh = { position: 0, headLost: false };
const nothing = { open: new OffsetSet(), givenUp: new OffsetSet(), counts: [], outage: undefined };
const start = { headLost: false, firstTime: undefined };
const stillOpen = new OffsetSet();
stillOpen.addRun(0, each);
const begin: JoinStart = values.resumed
  ? {
      legacy: { ...nothing, start: { ...start }, position: each, open: stillOpen },
      candidate: { ...nothing, start: { ...start }, position: 0 },
    }
  : { legacy: fresh, candidate: fresh };
const joins = Array.from({ length: PARTITIONS }, (_, p) => open(p, begin, now));
for (const join of joins) join.sample('candidate', { asked: now, answered: now, end: 0 });
read(joins, 'legacy');
const sum = (of: (join: Join) => number) => joins.reduce((total, join) => total + of(join), 0);
say('open', `${sum((join) => join.openPairs)} pairs, ${mb(sum((join) => join.openBytes))}, paused ${pauses} times`);
say('payloads let go', `${sum((join) => join.shrunk)}`);
say('memory', memory());

const copying = performance.now();
const cuts = joins.map((join) => join.cut());
say('copy of a cut', `${(performance.now() - copying).toFixed(2)} ms`);
const encoding = performance.now();
const texts = cuts.map((cut) => SIDES.map((side) => encodeSide({ generation: 1, number: 1 }, cut[side])));
const lengths = texts.flat().map(({ length }) => length);
say('its encoding', `${(performance.now() - encoding).toFixed(2)} ms, ${lengths} bytes`);

asked = 0;
read(joins, 'candidate');
say('memory', memory());
for (let round = 0; round < 1000 && joins.some(({ openPairs }) => openPairs > 0); round++) {
  now += STEP_MS * 100;
  for (const join of joins) {
    for (const side of SIDES) join.sample(side, { asked: now, answered: now, end: each });
    busy(() => work(join));
  }
}
say('outcomes', JSON.stringify(outcomes));
say('asked for; read again', `${asked}; ${fetched}`);
say('memory', memory());
