// A process of its own on an embedded log, for tests that kill it. Says on stdout what has been acknowledged.
//
//   node log-child.ts DIR write TOPIC NAME BATCH   appends records "NAME 0", "NAME 1" … until killed: "acked N"
//   node log-child.ts DIR consume TOPIC GROUP      commits each batch: "generation N", then "committed N"
import { openEmbeddedLog } from '../log/embedded/log.ts';

const [directory = '', role, topic = '', name = '', batch = '100'] = process.argv.slice(2);
const log = await openEmbeddedLog({ directory });
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function write(size: number): Promise<never> {
  const encoder = new TextEncoder();
  for (let from = 0; ; from += size) {
    const records = Array.from({ length: size }, (_, index) => {
      return { partition: 0, key: null, value: encoder.encode(`${name} ${from + index}`) };
    });
    await log.append(topic, records);
    say(`acked ${from + size}`);
  }
}

async function consume(): Promise<void> {
  const consumption = await log.consume(
    { group: name, topics: [topic], batchRecords: 10 },
    {
      async assigned(generation) {
        say(`generation ${generation}`);
        return [];
      },
      batch({ generation, partition, next }) {
        const commit = consumption.commit(generation, [{ topic, partition, offset: next, metadata: 'child' }]);
        void commit.then((result) => say(`${result} ${next}`));
      },
    },
  );
}

await (role === 'write' ? write(Number(batch)) : consume());
