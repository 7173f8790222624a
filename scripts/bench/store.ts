// What the write path costs: rows a second and CPU microseconds a pair's row, in this process and in the store's engine.
//
//   node scripts/bench/store.ts [PAIRS] [STORE]      default 1,000,000 pairs into a new embedded store
//
// `made` is what making the rows costs here, without writing them; `encoded` is with their bytes; `written` is the whole,
// with the store's answers awaited. Three rounds each, the median is shown.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DifferenceRow, type DivergenceStore, digestBytes, type PairRow, rowVersion } from '@parallax/core';
import { openStore } from '@parallax/platform';

const ROUNDS = 3;
/** As a fetch from the log brings them. */
const AT_ONCE = 1_000;
const ROWS_PER_WRITE = 50_000;
const BEGAN = Date.UTC(2026, 10, 23);
const MISMATCH_EVERY = 50;

const [count = '1000000', given] = process.argv.slice(2);
const pairs = Number(count);
const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
const address = given ?? `chdb:${folder}`;
const encoder = new TextEncoder();

function digest(n: number): string {
  return digestBytes(encoder.encode(`content ${n}`));
}

const DIGESTS = Array.from({ length: 4_096 }, (_, n) => digest(n));

function pairRow(run: string, n: number): PairRow {
  const isMismatch = n % MISMATCH_EVERY === 0;
  const legacy = 1_000_000 + n;
  const candidate = 2_000_000 + n;
  return {
    experiment: 'order-pricing',
    run,
    output: 'price',
    id: `order-${legacy}`,
    type: '',
    outcome: isMismatch ? 'mismatch' : 'match',
    reason: '',
    state: 'final',
    first_seen: BEGAN + n,
    judged_at: BEGAN + n + 2_000,
    was: '',
    legacy_time: BEGAN + n,
    candidate_time: BEGAN + n + 7,
    legacy_partition: n % 12,
    candidate_partition: n % 12,
    legacy_offsets: [legacy],
    candidate_offsets: [candidate],
    legacy_count: 1,
    candidate_count: 1,
    legacy_digest: DIGESTS[n & 4_095] ?? '',
    candidate_digest: DIGESTS[(isMismatch ? n + 1 : n) & 4_095] ?? '',
    converged_ms: 7,
    signature: isMismatch ? 'v1:0f3a5b7c9d1e2f40' : '',
    rules_version: 1,
    version: rowVersion({
      pick: 'sequence',
      legacy: [legacy],
      candidate: [candidate],
      epoch: 1,
      rank: 'judged',
    }),
  };
}

function differenceOf(row: PairRow): DifferenceRow {
  const { experiment, run, output, id, version } = row;
  return {
    experiment,
    run,
    output,
    id,
    version,
    position: 0,
    path: '/items/3/price',
    pattern: '/items/*/price',
    kind: 'changed',
    legacy: '19.99',
    candidate: '20.01',
    rule: '',
    severity: '',
    event: null,
  };
}

function* batches(run: string): Generator<{ pairs: PairRow[]; differences: DifferenceRow[] }> {
  for (let from = 0; from < pairs; from += AT_ONCE) {
    const rows: PairRow[] = [];
    const differences: DifferenceRow[] = [];
    for (let n = from; n < Math.min(pairs, from + AT_ONCE); n++) {
      const row = pairRow(run, n);
      rows.push(row);
      if (row.outcome === 'mismatch') differences.push(differenceOf(row));
    }
    yield { pairs: rows, differences };
  }
}

async function made(run: string): Promise<void> {
  let rows = 0;
  for (const batch of batches(run)) rows += batch.pairs.length;
  if (rows !== pairs) throw new Error('not all rows were made');
}

async function written(store: DivergenceStore, run: string, send: boolean): Promise<void> {
  const gather = () => {
    const gathered = store.gather?.();
    if (gathered === undefined) throw new Error('this store takes rows only when they are written');
    return gathered;
  };
  let rows = gather();
  let writing: Promise<void> = Promise.resolve();
  for (const batch of batches(run)) {
    rows.add(batch);
    if (rows.pairs < ROWS_PER_WRITE) continue;
    const full = rows;
    rows = gather();
    await writing;
    writing = send ? full.write() : Promise.resolve();
  }
  await writing;
  if (send) await rows.write();
}

/** CPU seconds of the process that owns the embedded store; undefined elsewhere. */
function engineSeconds(): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(folder, 'endpoint'), 'utf8'));
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}

interface Measure {
  readonly rowsPerSecond: number;
  readonly microseconds: number;
  readonly engine: number | undefined;
}

async function measure(work: (run: string) => Promise<void>, name: string): Promise<Measure> {
  const rounds: Measure[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const engineBefore = engineSeconds();
    const before = process.cpuUsage();
    const began = performance.now();
    await work(`${name}-${round}`);
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(before);
    const engineAfter = engineSeconds();
    rounds.push({
      rowsPerSecond: pairs / seconds,
      microseconds: (user + system) / pairs,
      engine:
        engineBefore === undefined || engineAfter === undefined
          ? undefined
          : ((engineAfter - engineBefore) * 1e6) / pairs,
    });
  }
  const [, middle] = rounds.toSorted((left, right) => left.microseconds - right.microseconds);
  if (middle === undefined) throw new Error('there are three rounds');
  return middle;
}

const store = await openStore(address, { storePassword: process.env.PARALLAX_STORE_PASSWORD ?? '' });
try {
  await store.migrate();
  const whole = (run: string) => written(store, run, true);
  await whole('warm-up');
  const results = [
    ['made', await measure(made, 'made')],
    ['encoded', await measure((run) => written(store, run, false), 'encoded')],
    ['written', await measure(whole, 'written')],
  ] as const;
  process.stdout.write(`${pairs} pairs a round into ${store.address}\n`);
  for (const [name, { rowsPerSecond, microseconds, engine }] of results) {
    const shown = engine === undefined ? '' : `   engine ${engine.toFixed(2)} us/row`;
    process.stdout.write(
      `${name.padEnd(10)}${Math.round(rowsPerSecond).toString().padStart(10)} rows/s ${microseconds.toFixed(2).padStart(7)} us/row${shown}\n`,
    );
  }
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
