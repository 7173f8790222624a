// How long a comparator takes to judge again after SIGKILL with many ids open, and whether its rows are as undisturbed.
//   node scripts/bench/recovery.ts [N]
//
// One side of N pairs is read until every id is open and a cut is committed; the process is killed; some of the answers are
// written; the process is started again, and timed from its start to the first pair it judges. Then everything is judged
// to its end, and the rows are compared with those of a comparator that was never killed, by one hash over all of them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLog } from '@parallax/platform';
import { startClickHouse, startKafka } from '@parallax/platform/testing';
import { load } from './comparator/load.ts';
import { VOLATILE, workload } from './orders.ts';

const MAIN = fileURLToPath(new URL('../../services/comparator/src/main.ts', import.meta.url));
const ANSWERS = 5_000;
const LOOK_MS = 50;

export interface Recovery {
  readonly seconds: number;
  readonly sameRows: boolean;
  readonly openIds: number;
}

export async function recovery(openIds: number): Promise<Recovery> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-recovery-'));
  const kafka = await startKafka({ properties: { 'log.retention.ms': '-1' } });
  const store = await startClickHouse();
  const log = await openLog(`kafka://${kafka.brokers.join(',')}`);
  const ask = async (sql: string): Promise<string> => {
    const headers = { 'X-ClickHouse-User': store.user, 'X-ClickHouse-Key': store.password };
    const answer = await fetch(store.url, { method: 'POST', body: sql, headers });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.text()).trim();
  };
  const env = {
    ...process.env,
    PARALLAX_LOG: `kafka://${kafka.brokers.join(',')}`,
    PARALLAX_STORE: store.store('parallax'),
    PARALLAX_STORE_PASSWORD: store.password,
    PARALLAX_LOG_LEVEL: 'debug',
  };
  const file = (name: string): string => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(
      path,
      `experiment: ${name}\ncorrelation: [ header:correlation-id ]\nlegacy: { topic: legacy }\ncandidate: { topic: candidate }\n` +
        `window: { settle: 1s, deadline: 1h }\nrules:\n  - ignore: [ ${VOLATILE.join(', ')} ]\n`,
    );
    return path;
  };
  try {
    await load(log, 'legacy', 'candidate', { pairs: openIds, perSecond: openIds / 20, onlyLegacy: true });
    const tell = (line: string) => process.stderr.write(`${line}\n`);
    tell(`${openIds} legacy events are written`);
    const first = begin([file('killed'), '--from', 'earliest'], env);
    await until(async () => (await openEvents(ask)) >= openIds);
    tell('all of them are open, and the cut that says so is committed: SIGKILL');
    first.kill('SIGKILL');
    await once(first, 'exit');
    await answer(log, openIds);
    const began = performance.now();
    const second = begin([file('killed')], env);
    await until(async () => Number(await ask(judged('killed'))) > 0);
    const seconds = (performance.now() - began) / 1000;
    tell(`the first pair was judged ${seconds.toFixed(1)} s after the start`);
    second.kill('SIGTERM');
    await once(second, 'exit');
    for (const name of ['killed', 'undisturbed']) {
      const from = name === 'killed' ? [] : ['--from', 'earliest'];
      const last = begin([file(name), ...from, '--until-caught-up', '--complete'], env);
      await once(last, 'exit');
    }
    const [killed, undisturbed] = [await ask(digest('killed')), await ask(digest('undisturbed'))];
    tell(`rows: ${killed} and ${undisturbed}`);
    return { seconds, sameRows: killed === undisturbed, openIds };
  } finally {
    await log.close();
    await store.stop();
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function begin(args: readonly string[], env: NodeJS.ProcessEnv) {
  const node = ['--disable-warning=ExperimentalWarning', MAIN, ...args];
  return spawn(process.execPath, node, { env, stdio: 'ignore' });
}

/** The candidate's answers to the first of them. */
async function answer(log: Awaited<ReturnType<typeof openLog>>, openIds: number): Promise<void> {
  let left = ANSWERS;
  for (const block of workload({ pairs: openIds, perSecond: openIds / 20, onlyLegacy: true }).blocks) {
    const some = block.legacy.slice(0, left);
    left -= some.length;
    await log.append(
      'candidate',
      some.map(({ id, value, timestamp }) => {
        const key = Buffer.from(id);
        return { key, value: Buffer.from(value), timestamp, headers: [['correlation-id', key]] };
      }),
    );
    if (left <= 0) return;
  }
}

async function openEvents(ask: (sql: string) => Promise<string>): Promise<number> {
  const sql =
    "SELECT sum(events) FROM parallax.ledger WHERE experiment = 'killed' AND side = 'legacy' AND column = 'open'";
  return Number(await ask(sql).catch(() => '0'));
}

function judged(experiment: string): string {
  return `SELECT count() FROM parallax.pairs WHERE experiment = '${experiment}' AND outcome = 'match'`;
}

/** Everything about a pair but when it was judged. */
function digest(experiment: string): string {
  const columns = 'id, outcome, reason, legacy_offsets, legacy_digest, candidate_offsets, candidate_digest';
  return `SELECT count(), groupBitXor(cityHash64(${columns})) FROM parallax.pairs WHERE experiment = '${experiment}'`;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

if (import.meta.main) {
  const result = await recovery(Number(process.argv[2] ?? '1000000'));
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
