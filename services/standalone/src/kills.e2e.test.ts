// Standalone as a process: killed, interrupted, robbed of its engine, it loses and doubles nothing, and says what is wrong.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ARCHIVER_CRASH_POINTS } from '@parallax/archiver';
import { COMPARATOR_CRASH_POINTS } from '@parallax/comparator';
import { type EventLog, type NewRecord, sameRecord } from '@parallax/core';
import { openArchive, openLog, openStore, readArchived, verifyArchive } from '@parallax/platform';
import {
  type Ended,
  mixedTraffic,
  type ProcessUnderTest,
  type StoreSnapshot,
  startProcess,
  storeSnapshot,
  type Traffic,
} from '@parallax/platform/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const TOPICS = ['a', 'b'];
const traffic = mixedTraffic(11, 200);

const folder = mkdtempSync(join(tmpdir(), 'parallax-standalone-'));
beforeAll(() => {
  writeFileSync(
    join(folder, 'x.yaml'),
    `experiment: x
legacy: { topic: a }
candidate: { topic: b }
window: { settle: 50ms, deadline: 300ms, late: 1h }
rules: [{ ignore: [/at] }]
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

/** A world of its own: log, store and archive in one folder. */
class World {
  readonly #place: string;
  constructor(name: string) {
    this.#place = join(folder, name);
  }

  get store(): string {
    return join(this.#place, 'store');
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ProcessUnderTest {
    const started = startProcess(MAIN, [join(folder, 'x.yaml'), ...args], {
      ...process.env,
      PARALLAX_LOG: `embedded:${this.#place}/log`,
      PARALLAX_STORE: `chdb:${this.store}`,
      PARALLAX_ARCHIVE: `file:${this.#place}/archive`,
      PARALLAX_LOG_LEVEL: 'debug',
      ...env,
    });
    onTestFinished(() => void started.child.kill('SIGKILL'));
    return started;
  }

  async catchUp(): Promise<Ended> {
    const ended = await this.start(['--until-caught-up']).ended;
    expect(ended, ended.err).toMatchObject({ code: 1, signal: null });
    return ended;
  }

  async append(legacy: readonly NewRecord[], candidate: readonly NewRecord[]): Promise<void> {
    await this.#withLog(async (log) => {
      for (const topic of TOPICS) await log.ensureTopic({ topic, partitions: 2 });
      await log.append('a', legacy);
      await log.append('b', candidate);
    });
  }

  /** Part `part` of `parts` of one half of the traffic. */
  async appendPart({ legacy, candidate }: Traffic, part: number, parts: number): Promise<void> {
    const slice = (all: readonly NewRecord[]) =>
      all.slice(Math.floor((part * all.length) / parts), Math.floor(((part + 1) * all.length) / parts));
    await this.append(slice(legacy), slice(candidate));
  }

  async snapshot(): Promise<StoreSnapshot> {
    const store = await openStore(`chdb:${this.store}`);
    try {
      return await storeSnapshot(store, 'x');
    } finally {
      await store.close();
    }
  }

  async expectArchived(): Promise<void> {
    const archive = openArchive(`file:${this.#place}/archive`);
    await this.#withLog(async (log) => {
      for (const { topic, partition, end } of await log.extents(TOPICS)) {
        const held = (await Array.fromAsync(readArchived(archive, topic, partition))).flat();
        const wanted = await log.read(topic, partition, 0, end);
        expect(held.length).toBe(wanted.length);
        expect(held.filter((record, index) => !sameRecord(record, wanted[index] ?? record))).toEqual([]);
      }
    });
    const problems: unknown[] = [];
    await verifyArchive(archive, { onProblem: (problem) => problems.push(problem) });
    expect(problems).toEqual([]);
  }

  async #withLog(work: (log: EventLog) => Promise<void>): Promise<void> {
    const log = await openLog(`embedded:${this.#place}/log`);
    try {
      await work(log);
    } finally {
      await log.close();
    }
  }
}

/** Resolves when it has written so many lines to stderr, or has ended. */
function lines(running: ProcessUnderTest, count: number): Promise<unknown> {
  const written = new Promise<void>((resolve) => {
    const look = () => (running.err().split('\n').length > count ? resolve() : undefined);
    running.child.stderr?.on('data', look);
    look();
  });
  return Promise.race([written, running.ended]);
}

let undisturbed: StoreSnapshot;
test('undisturbed, it judges as the traffic was made', async () => {
  const world = new World('undisturbed');
  await world.append(traffic.first.legacy, traffic.first.candidate);
  await world.catchUp();
  await world.append(traffic.second.legacy, traffic.second.candidate);
  await world.catchUp();
  undisturbed = await world.snapshot();
  const count = (outcome: string) => undisturbed.pairs.filter((pair) => pair.includes(` ${outcome} `)).length;
  expect(Object.fromEntries(Object.keys(traffic.outcomes).map((outcome) => [outcome, count(outcome)]))).toEqual(
    traffic.outcomes,
  );
  await world.expectArchived();
});

/** Traffic in parts, a life that is to die for each; what comes late comes once the first half is judged. */
async function expectNoTrace<T>(world: World, ends: readonly T[], life: (world: World, end: T) => Promise<Ended>) {
  let deaths = 0;
  for (const [i, half] of [traffic.first, traffic.second].entries()) {
    const own = ends.filter((_, n) => n % 2 === i);
    for (const [part, end] of own.entries()) {
      await world.appendPart(half, part, own.length);
      if ((await life(world, end)).signal === 'SIGKILL') deaths++;
    }
    await world.catchUp();
  }
  expect(deaths).toBeGreaterThan(ends.length / 2);
  expect(await world.snapshot()).toEqual(undisturbed);
  await world.expectArchived();
}

test('one life ends at each crash point while events come: no trace is left', async () => {
  const world = new World('points');
  // Open meanwhile, so that the engine need not start for each life.
  const store = await openStore(`chdb:${world.store}`);
  await store.migrate();
  await expectNoTrace(
    world,
    [...ARCHIVER_CRASH_POINTS, ...COMPARATOR_CRASH_POINTS],
    (world, point) => world.start(['--until-caught-up'], { PARALLAX_CRASH_AT: point }).ended,
  );
  await store.close();
});

test('killed at ten random moments, it leaves no trace', async () => {
  // Of a life's debug lines, of which there are about forty.
  const [moments = []] = fc.sample(fc.array(fc.nat(40), { minLength: 10, maxLength: 10 }), { numRuns: 1, seed: 4 });
  await expectNoTrace(new World('moments'), moments, async (world, moment) => {
    const running = world.start(['--until-caught-up']);
    await lines(running, moment);
    running.child.kill('SIGKILL');
    return running.ended;
  });
});

describe('in trouble', () => {
  const world = new World('trouble');
  beforeAll(() => world.append(traffic.first.legacy, traffic.first.candidate));

  test('its killed engine is started again, and all is there', async () => {
    const running = world.start([]);
    await expect.poll(running.err, { timeout: 30_000, interval: 5 }).toContain('"event":"rows-written"');
    const { pid } = JSON.parse(readFileSync(join(world.store, 'endpoint'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const writes = () => running.err().split('"event":"rows-written"').length;
    const before = writes();
    await world.append(traffic.second.legacy, traffic.second.candidate);
    await expect.poll(writes, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before);
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0, signal: null });
    await world.catchUp();
    const { pairs } = await world.snapshot();
    expect(pairs.length).toBe(undisturbed.pairs.length);
  });

  test('a second one on the same folder is refused with what to do, and the first goes on', async () => {
    const first = world.start([]);
    await expect.poll(first.err, { timeout: 30_000, interval: 5 }).toContain('standalone-started');
    const second = await world.start(['--until-caught-up']).ended;
    expect(second.code).toBe(2);
    expect(second.err).toMatch(/already being consumed by .*\n {2}Stop that process/);
    first.child.kill('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0 });
  });

  test.each([0, 1, 2, 4, 8, 16])(
    'Ctrl-C after %i lines ends it in order, soon, and the next start goes on',
    async (moment) => {
      const running = world.start(['--until-caught-up']);
      await lines(running, moment);
      const began = performance.now();
      running.child.kill('SIGINT');
      const { code, signal, err } = await running.ended;
      expect(performance.now() - began).toBeLessThan(10_000);
      // Before Node has begun to listen, the signal ends it at once; 1 is the verdict of one that was done already.
      expect(signal === 'SIGINT' || code === 1 || code === 130, err).toBe(true);
      expect(err).not.toMatch(/"level":"error"/);
    },
  );

  test.each(['PARALLAX_LOG', 'PARALLAX_STORE', 'PARALLAX_ARCHIVE'])(
    'a %s that cannot be used is named',
    async (name) => {
      const file = join(folder, 'a-file');
      writeFileSync(file, '');
      const scheme = { PARALLAX_LOG: 'embedded', PARALLAX_STORE: 'chdb', PARALLAX_ARCHIVE: 'file' }[name];
      const { code, err } = await world.start(['--until-caught-up'], { [name]: `${scheme}:${file}/x` }).ended;
      expect(code).toBe(2);
      const told = err.split('\n').findIndex((line) => line.startsWith('standalone: '));
      expect(err.split('\n')[told]).toContain('a-file');
      expect(err.split('\n')[told + 1]).toMatch(/^ {2}\w/);
    },
  );
});
