// What a pair costs in the comparator itself, without log and store: `node scripts/bench/pairs.ts [--pairs N] [--rounds N]
// [--identical]`. Prints microseconds of CPU a pair, round by round: what else runs on the machine only ever adds.
import { parseArgs } from 'node:util';
import { feedOf, round } from './in-memory.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    identical: { type: 'boolean', default: false },
  },
});
const feed = feedOf({ pairs: Number(values.pairs), identical: values.identical }, 4);
const rounds = Array.from({ length: Number(values.rounds) }, () => round(feed));
const best = Math.min(...rounds.map(({ cpuUs }) => cpuUs));
process.stdout.write(`${JSON.stringify(rounds[0]?.outcomes)}\n${JSON.stringify(feed.truth)}\n`);
for (const { cpuUs } of rounds) process.stdout.write(`${(cpuUs / feed.truth.pairs).toFixed(2)} µs `);
process.stdout.write(`\nbest ${(best / feed.truth.pairs).toFixed(2)} µs of CPU a pair\n`);
