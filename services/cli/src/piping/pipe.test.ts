// The pipe on a log in memory, with a program that behaves, or does not, as it is told.
import type { EventLog, NewRecord } from '@parallax/core';
import { type MemoryLog, memoryLog } from '@parallax/platform/testing';
import { afterEach, expect, test } from 'vitest';
import type { LineProgram, ProgramEnd } from './line-program.ts';
import { type PipeOptions, type RunningPipe, startPipe } from './pipe.ts';

const [INPUT, OUTPUT, GROUP] = ['orders', 'priced', 'pricing'];
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null | undefined) => new TextDecoder().decode(value ?? undefined);

const running: RunningPipe[] = [];
afterEach(async () => {
  for (const pipe of running.splice(0)) await pipe.stop();
});

interface TestProgram extends LineProgram {
  readonly asked: string[];
  /** Answers held back are given. */
  release(): void;
  die(how: string, ...lastLines: string[]): void;
}

/** Answers in order, as programs do. `answer` undefined: nothing more until release(), which answers by the lines. */
function program(answer: (line: string) => readonly string[] | undefined = (line) => [`<${line}>`]): TestProgram {
  const end = Promise.withResolvers<ProgramEnd>();
  const asked: string[] = [];
  const held: string[] = [];
  return {
    name: 'price',
    asked,
    onLines: () => undefined,
    ended: end.promise,
    async write(line) {
      asked.push(text(line));
      const answers = held.length > 0 ? undefined : answer(text(line));
      if (answers === undefined) held.push(text(line));
      else setImmediate(() => this.onLines(answers.map(bytes)));
    },
    release() {
      this.onLines(held.splice(0).map(bytes));
    },
    die: (how, ...lastLines) => end.resolve({ how, lastLines }),
    async stop() {
      if (held.length > 0) this.release();
      end.resolve({ how: 'with exit code 0', lastLines: [] });
    },
  };
}

async function start(log: EventLog, own: LineProgram, options: Partial<PipeOptions> = {}) {
  const said: string[] = [];
  const pipe = await startPipe({
    log,
    input: INPUT,
    output: OUTPUT,
    group: GROUP,
    program: own,
    say: (line) => said.push(line),
    graceMs: 50,
    ...options,
  });
  running.push(pipe);
  return { pipe, said };
}

async function logWith(...values: (string | null)[]): Promise<MemoryLog> {
  const log = memoryLog({ clock: () => 0 });
  await log.ensureTopic({ topic: INPUT, partitions: 2 });
  await log.append(
    INPUT,
    values.map((value, n): NewRecord => {
      const headers = [['correlation-id', bytes(`id-${n}`)] as const, ['x-parallax-shadow', bytes('1')] as const];
      return { partition: n % 2, key: bytes(`k${n}`), value: value === null ? null : bytes(value), headers };
    }),
  );
  return log;
}

async function outputs(log: EventLog) {
  const perPartition = await Promise.all([0, 1].map((partition) => log.read(OUTPUT, partition, 0, 10_000)));
  return perPartition.map((records) => records.map(({ value }) => text(value)));
}

const committed = async (log: EventLog) => (await log.committed(GROUP, [INPUT])).map(({ offset }) => offset).toSorted();

test('an answer has the key, the partition and the headers of its input, and names it', async () => {
  const log = await logWith('{\n"n": 1.0}', 'plain');
  const { pipe } = await start(log, program());
  await pipe.caughtUp;
  expect(await outputs(log)).toEqual([['<{"n": 1.0}>'], ['<plain>']]);
  const [record] = await log.read(OUTPUT, 1, 0, 1);
  expect(text(record?.key)).toBe('k1');
  expect(record?.headers.map(([name, value]) => [name, text(value)])).toEqual([
    ['correlation-id', 'id-1'],
    ['x-parallax-shadow', '1'],
    ['x-pipe-source', 'pricing orders 1 0'],
  ]);
  expect(await committed(log)).toEqual([1, 1]);
});

test('an empty line is no output, and a record without a value is not asked about; both are counted', async () => {
  const log = await logWith('a', 'skip', null, 'b', ' ');
  const own = program((line) => [line === 'skip' ? '' : line]);
  const { pipe, said } = await start(log, own);
  await pipe.caughtUp;
  expect(await outputs(log)).toEqual([['a'], ['b']]);
  expect(pipe.counts()).toEqual({ read: 5, written: 2, withoutOutput: 1, empty: 2 });
  expect(own.asked).not.toContain('');
  expect(said).toEqual([expect.stringContaining('orders, partition 0, offset 1 has no value')]);
});

test('the position is committed only when what stands before is answered and durable', async () => {
  const log = await logWith('a', 'b', 'c', 'd');
  const own = program((line) => (line === 'c' ? undefined : [line]));
  const { pipe } = await start(log, own);
  await expect.poll(async () => (await committed(log)).at(-1)).toBe(2);
  expect(await committed(log)).toEqual([1, 2]);
  own.release();
  await pipe.caughtUp;
  expect(await committed(log)).toEqual([2, 2]);
});

test('killed between writing and committing, it writes no output twice when it is started again', async () => {
  const log = await logWith(...Array.from({ length: 40 }, (_, n) => `v${n}`));
  const dying = log.connect();
  const consume = dying.consume.bind(dying);
  dying.consume = async (...given) => {
    const consumption = await consume(...given);
    consumption.commit = async () => 'unknown';
    return consumption;
  };
  const { pipe } = await start(
    dying,
    program((line) => (line === 'v30' ? undefined : [line])),
  );
  await expect.poll(() => pipe.counts().read).toBeGreaterThan(20);
  dying.crash();
  expect(await committed(log)).toEqual([]);

  const again = program((line) => [line]);
  const { pipe: second } = await start(log, again);
  await second.caughtUp;
  const all = (await outputs(log)).flat();
  expect(all.toSorted()).toEqual(Array.from({ length: 40 }, (_, n) => `v${n}`).toSorted());
  expect(again.asked).toContain('v30');
  expect(again.asked.length).toBeLessThan(20);
  expect(await committed(log)).toEqual([20, 20]);
});

test('what was written and not committed is committed by the next start, though there is nothing to ask about', async () => {
  const log = await logWith('a', 'b');
  const { pipe } = await start(log, program());
  await pipe.caughtUp;
  await pipe.stop();
  await log.deleteGroup(GROUP);
  const again = program();
  const { pipe: second } = await start(log, again);
  await expect.poll(() => committed(log)).toEqual([1, 1]);
  await second.stop();
  expect(again.asked).toEqual([]);
  expect(await outputs(log)).toEqual([['<a>'], ['<b>']]);
});

test('text of several lines ends the pipe, once everything before it is done with, naming its place', async () => {
  const log = await logWith('a', 'b', 'c', 'd', 'two\nlines', 'e');
  const { pipe } = await start(log, program());
  expect((await pipe.ended)?.message).toContain('orders, partition 0, offset 2');
  await pipe.stop();
  expect((await outputs(log))[0]).toEqual(['<a>', '<c>']);
});

test('a program that dies is told with how and its last words; what it had answered is committed', async () => {
  const log = await logWith('a', 'b', 'c', 'd');
  const own = program((line) => (line === 'd' ? undefined : [line]));
  const { pipe } = await start(log, own);
  await expect.poll(() => own.asked).toContain('d');
  own.die('with exit code 3', 'TypeError: no such price');
  expect(await pipe.ended).toMatchObject({
    code: 'program-ended',
    message: expect.stringMatching(/with exit code 3, with \d lines? unanswered: price[\s\S]*no such price/),
  });
  const answered = (await outputs(log)).flat();
  expect(answered).toContain('b');
  expect((await committed(log)).reduce((sum, offset) => sum + offset)).toBe(answered.length);
});

test('an answer of several lines is found out at the first record, and nothing of it is written', async () => {
  const log = await logWith('a', 'b');
  const { pipe } = await start(
    log,
    program((line) => ['{', `  "a": "${line}"`, '}']),
  );
  expect(await pipe.ended).toMatchObject({ code: 'surplus-line', cure: expect.stringContaining('jq needs -c') });
  await pipe.stop();
  expect(await outputs(log)).toEqual([[], []]);
  expect(await committed(log)).toEqual([0, 0]);
});

test('no more lines are in flight than allowed, and silence is told with the oldest one', async () => {
  const log = await logWith(...Array.from({ length: 2_000 }, (_, n) => `v${n}`));
  const own = program((line) => (Number(line.slice(1)) < 100 ? [line] : undefined));
  const { said } = await start(log, own, { inFlight: 20, patienceMs: 30 });
  await expect.poll(() => said.length).toBeGreaterThan(1);
  expect(own.asked.length).toBeLessThanOrEqual(100 + 20);
  expect(said[0]).toMatch(
    /answered nothing for 30ms: price\n {2}20 lines unanswered, the oldest from orders, partition/,
  );
});

test('stopping writes and commits what the program has held back until its input ended', async () => {
  const log = await logWith('a', 'b', 'c', 'd');
  const own = program((line) => (line === 'c' ? undefined : [line]));
  const { pipe } = await start(log, own);
  await expect.poll(() => own.asked).toContain('c');
  await pipe.stop();
  expect(await pipe.ended).toBeUndefined();
  const written = (await outputs(log)).flat();
  expect(written).toContain('c');
  expect((await committed(log)).reduce((sum, offset) => sum + offset)).toBe(written.length);
});

test('a generation that is over writes nothing twice', async () => {
  const log = await logWith(...Array.from({ length: 200 }, (_, n) => `v${n}`));
  const { pipe } = await start(log, program(), { inFlight: 10 });
  await expect.poll(() => pipe.counts().read).toBeGreaterThan(10);
  log.rebalance(GROUP);
  await pipe.caughtUp;
  expect((await outputs(log)).flat()).toHaveLength(200);
});

test.each([
  ['orders', 'orders', 'usage'],
  ['nothing', 'priced', 'unknown-topic'],
  ['orders', 'narrow', 'too-few-partitions'],
])('from %s to %s is refused: %s', async (input, output, code) => {
  const log = await logWith('a');
  await log.ensureTopic({ topic: 'narrow', partitions: 1 });
  await expect(start(log, program(), { input, output })).rejects.toMatchObject({ code });
});
