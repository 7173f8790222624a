// Simulates the join against an oracle: `npm run simulate -- --seeds 10000 [--from 1]`, or `-- --seed S` for one.
import { parseArgs } from 'node:util';
import { simulate } from '@parallax/platform/testing';

const USAGE = `usage: npm run simulate -- [--seeds N] [--from FIRST] [--seed ONE]
  --seeds N   how many seeds (1000)
  --from F    the first of them (1)
  --seed S    this one only, every failure shown`;
const TROUBLE = 2;
const SHOWN = 5;
const EVERY_MS = 2000;

interface Asked {
  readonly from: number;
  readonly seeds: number;
}

function parse(): Asked | undefined {
  try {
    const options = { seeds: { type: 'string' }, from: { type: 'string' }, seed: { type: 'string' } } as const;
    const { values } = parseArgs({ options, strict: true });
    const number = (name: keyof typeof values, otherwise: number): number => {
      const value = Number(values[name] ?? otherwise);
      if (!Number.isSafeInteger(value) || value < 0) {
        throw new Error(`--${name} is ${values[name]}: allowed is a whole number from 0 on`);
      }
      return value;
    };
    if (values.seed !== undefined) return { from: number('seed', 1), seeds: 1 };
    return { from: number('from', 1), seeds: number('seeds', 1000) };
  } catch (error) {
    process.stderr.write(`simulate: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return undefined;
  }
}

function failuresOf(seed: number): readonly string[] {
  try {
    return simulate(seed).failures;
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

function run({ from, seeds }: Asked): number {
  const began = performance.now();
  const rate = (done: number): string => ((done * 1000) / (performance.now() - began)).toFixed(0);
  let shownAt = began;
  let failed = 0;
  for (let done = 0; done < seeds; done++) {
    const seed = from + done;
    const failures = failuresOf(seed);
    if (failures.length > 0) {
      failed++;
      const some = seeds === 1 ? failures : failures.slice(0, SHOWN);
      const more = failures.length - some.length;
      process.stdout.write(`seed ${seed} failed:\n  ${some.join('\n  ')}${more > 0 ? `\n  and ${more} more` : ''}\n`);
      if (seeds > 1) process.stdout.write(`  replay with: npm run simulate -- --seed ${seed}\n`);
    }
    if (performance.now() - shownAt > EVERY_MS) {
      shownAt = performance.now();
      process.stderr.write(`${done + 1} of ${seeds} seeds, ${rate(done + 1)} a second, ${failed} failed\n`);
    }
  }
  process.stdout.write(`${seeds} seeds from ${from}: ${failed} failed (${rate(seeds)} seeds a second)\n`);
  return failed === 0 ? 0 : 1;
}

const asked = parse();
process.exitCode = asked === undefined ? TROUBLE : run(asked);
