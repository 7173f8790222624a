// A consumer in a process of its own, for tests that stop it. Says on stdout what it owns and what its commits met.
//
//   node consumer-child.ts ADDRESS GROUP SESSION_MS TOPIC…
//   "generation N OWNED" when partitions were assigned; "committed N", "refused N" or "unknown N" for each commit
import { openKafkaLog } from '../../log.ts';

const [address = '', group = '', session = '', ...topics] = process.argv.slice(2);
const COMMIT_EVERY_MS = 200;

const log = await openKafkaLog(address, { timing: { sessionMs: Number(session), heartbeatMs: 500 } });
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
let owned: readonly { topic: string; partition: number }[] = [];
let generation = -1;

const consumption = await log.consume(
  { group, topics },
  {
    async assigned(to, partitions) {
      [generation, owned] = [to, partitions];
      say(`generation ${to} ${partitions.length}`);
      return [];
    },
    batch: () => undefined,
  },
);
setInterval(() => {
  if (generation === -1) return;
  const by = generation;
  const offsets = owned.map(({ topic, partition }) => ({ topic, partition, offset: 1, metadata: `child ${by}` }));
  void consumption.commit(by, offsets).then((result) => say(`${result} ${by}`));
}, COMMIT_EVERY_MS);
void consumption.ended.then((error) => say(`ended ${error?.message ?? ''}`));
