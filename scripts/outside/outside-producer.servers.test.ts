// Two topics filled by somebody else's client: `parallax comparator` with addresses only gives the rows that whoever filled
// them expects.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '@parallax/platform';
import { describeOn, runProcess } from '@parallax/platform/testing';
import kafkajs, { type Message } from 'kafkajs';
import { expect, onTestFinished, test } from 'vitest';

const PARALLAX = fileURLToPath(new URL('../../services/cli/src/main.ts', import.meta.url));
const IDS = 600;
const PARTITIONS = 3;

interface Filled {
  readonly legacy: Message[];
  readonly candidate: Message[];
  /** `id outcome`, of every id. */
  readonly expected: string[];
}

/** Ids in a header on one side, in the payload on the other; one id in twelve of each kind that is not plain agreement. */
function filled(): Filled {
  const [legacy, candidate, expected]: [Message[], Message[], string[]] = [[], [], []];
  for (let n = 0; n < IDS; n++) {
    const id = `order/${n}`;
    const total = `${n}.10`;
    const answered = (more: object = {}) => {
      // Another spelling of the same number, and a member that no two agree on.
      const value = JSON.stringify({ meta: { cid: id, at: Math.random() }, total: Number(total), ...more });
      candidate.push({ key: id, value });
    };
    const asked = () =>
      legacy.push({ key: id, value: `{"total":${total},"meta":{"cid":"${id}"}}`, headers: { cid: id } });
    const outcome = ['missing-candidate', 'missing-legacy', 'mismatch', 'duplicate'][n % 12] ?? 'equivalent';
    if (outcome !== 'missing-legacy') asked();
    if (outcome === 'mismatch') answered({ total: n + 0.2 });
    else if (outcome !== 'missing-candidate') answered();
    if (outcome === 'duplicate') {
      const last = candidate.at(-1);
      if (last !== undefined) candidate.push(last);
    }
    expected.push(`${id} ${outcome === 'duplicate' ? 'equivalent' : outcome}`);
  }
  return { legacy, candidate, expected: expected.sort() };
}

describeOn(['kafka', 'clickhouse'], 'topics filled by somebody else', ({ kafka, clickhouse }) => {
  test('are judged as who filled them expects', async () => {
    const name = `outside-${randomUUID().slice(0, 8)}`;
    const [a, b] = [`${name}.a`, `${name}.b`];
    const client = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING });
    const admin = client.admin();
    await admin.connect();
    const topics = [a, b].map((topic) => ({ topic, numPartitions: PARTITIONS }));
    await admin.createTopics({ topics, waitForLeaders: true });
    await admin.disconnect();
    const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    const { legacy, candidate, expected } = filled();
    await producer.send({ topic: a, messages: legacy, compression: kafkajs.CompressionTypes.GZIP });
    await producer.send({ topic: b, messages: candidate });
    await producer.disconnect();

    const folder = mkdtempSync(join(tmpdir(), 'parallax-outside-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'experiment.yaml');
    writeFileSync(
      file,
      `experiment: ${name}
legacy: { topic: ${a}, correlation: header:cid }
candidate: { topic: ${b}, correlation: path:/meta/cid }
window: { settle: 100ms, deadline: 1s, outage: 30s }
rules: [{ ignore: [/meta/at] }]
`,
    );
    const at = `http://${clickhouse.user}@${new URL(clickhouse.url).host}/parallax`;
    const log = `kafka://${kafka.brokers.join(',')}`;
    const { code, out, err } = await runProcess(
      PARALLAX,
      ['comparator', '--log', log, '--store', at, file, '--until-caught-up'],
      { ...process.env, PARALLAX_STORE_PASSWORD: clickhouse.password, PARALLAX_LOG_LEVEL: 'error' },
    );
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out)).toMatchObject({ pairs: IDS, openPairs: 0, balance: { balances: true } });
    const store = await openStore(at, { storePassword: clickhouse.password });
    onTestFinished(() => store.close());
    const sql = 'SELECT id, outcome FROM pairs WHERE experiment = {name:String}';
    const rows = (await store.query(sql, { name })).map(({ id, outcome }) => `${id} ${outcome}`);
    expect(rows.sort()).toEqual(expected);
  });
});
