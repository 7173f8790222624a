// Simulates the join alone, against a brute-force oracle, and whole comparators, archivers and replayers, against a reader of
// the whole logs or an undisturbed process: `npm run simulate -- --seeds 10000 [--from 1] [--of comparator]`, or
// `-- --seed S` for one.
import { parseArgs } from 'node:util';
import { simulateArchiver } from '@parallax/archiver/testing';
import { simulateComparator } from '@parallax/comparator/testing';
import { simulate } from '@parallax/platform/testing';
import { simulateReplayer } from '@parallax/replayer/testing';

const USAGE = `usage: npm run simulate -- [--seeds N] [--from FIRST] [--seed ONE] [--of WHAT]
  --seeds N   how many seeds (1000)
  --from F    the first of them (1)
  --seed S    this one only, every failure shown
  --of WHAT   join: one join, its steps and crashes; comparator, archiver, replayer: whole processes, the log, and the
              store or the archive; all (all)`;
const TROUBLE = 2;
const SHOWN = 5;
const EVERY_MS = 2000;

type Subject = 'join' | 'comparator' | 'archiver' | 'replayer';

const SUBJECTS: Readonly<Record<Subject, (seed: number) => Promise<readonly string[]>>> = {
  join: async (seed) => simulate(seed).failures,
  comparator: async (seed) => (await simulateComparator(seed)).failures,
  archiver: async (seed) => (await simulateArchiver(seed)).failures,
  replayer: async (seed) => (await simulateReplayer(seed)).failures,
};

interface Asked {
  readonly from: number;
  readonly seeds: number;
  readonly subjects: readonly Subject[];
}

function parse(): Asked | undefined {
  try {
    const text = { type: 'string' } as const;
    const options = { seeds: text, from: text, seed: text, of: text };
    const { values } = parseArgs({ options, strict: true });
    const number = (name: keyof typeof values, otherwise: number): number => {
      const value = Number(values[name] ?? otherwise);
      if (!Number.isSafeInteger(value) || value < 0) {
        throw new Error(`--${name} is ${values[name]}: allowed is a whole number from 0 on`);
      }
      return value;
    };
    const all = Object.keys(SUBJECTS) as Subject[];
    const subjects =
      values.of === undefined || values.of === 'all' ? all : all.filter((subject) => subject === values.of);
    if (subjects.length === 0) throw new Error(`--of is ${values.of}: allowed are ${[...all, 'all'].join(', ')}`);
    if (values.seed !== undefined) return { from: number('seed', 1), seeds: 1, subjects };
    return { from: number('from', 1), seeds: number('seeds', 1000), subjects };
  } catch (error) {
    process.stderr.write(`simulate: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return undefined;
  }
}

async function failuresOf(subject: Subject, seed: number): Promise<readonly string[]> {
  try {
    return await SUBJECTS[subject](seed);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

async function run(subject: Subject, { from, seeds }: Asked): Promise<number> {
  const began = performance.now();
  const rate = (done: number): string => ((done * 1000) / (performance.now() - began)).toFixed(0);
  let shownAt = began;
  let failed = 0;
  for (let done = 0; done < seeds; done++) {
    const seed = from + done;
    const failures = await failuresOf(subject, seed);
    if (failures.length > 0) {
      failed++;
      const some = seeds === 1 ? failures : failures.slice(0, SHOWN);
      const more = failures.length - some.length;
      process.stdout.write(
        `${subject}, seed ${seed} failed:\n  ${some.join('\n  ')}${more > 0 ? `\n  and ${more} more` : ''}\n`,
      );
      if (seeds > 1) process.stdout.write(`  replay with: npm run simulate -- --seed ${seed} --of ${subject}\n`);
    }
    if (performance.now() - shownAt > EVERY_MS) {
      shownAt = performance.now();
      process.stderr.write(`${subject}: ${done + 1} of ${seeds} seeds, ${rate(done + 1)} a second, ${failed} failed\n`);
    }
  }
  process.stdout.write(`${subject}: ${seeds} seeds from ${from}: ${failed} failed (${rate(seeds)} seeds a second)\n`);
  return failed;
}

const asked = parse();
if (asked === undefined) process.exitCode = TROUBLE;
else {
  let failed = 0;
  for (const subject of asked.subjects) failed += await run(subject, asked);
  process.exitCode = failed === 0 ? 0 : 1;
}
