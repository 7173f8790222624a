import type { EventLog, LogRecord } from '@parallax/core';
import { memoryLog } from '@parallax/platform/testing';
import { afterEach, describe, expect, test } from 'vitest';
import type { PlannedFault } from '../faults.ts';
import { inputRecord } from '../feeder.ts';
import { type BuildOptions, type RunningBuild, startBuild } from './pipeline.ts';

const [INPUT, OUTPUT, GROUP] = ['documents', 'documents.rendered', 'renderer'];
const text = (bytes: Uint8Array | null | undefined) => new TextDecoder().decode(bytes ?? undefined);

describe('a build', () => {
  const running: RunningBuild[] = [];
  afterEach(async () => {
    for (const build of running.splice(0)) await build.stop();
  });

  /** A build whose renderings are told apart by a number, with a switch for the held back ones. */
  async function start(log: EventLog, faults: readonly PlannedFault[] = [], overrides: Partial<BuildOptions> = {}) {
    let renderings = 0;
    const released = Promise.withResolvers<void>();
    const watched = watching(log);
    const build = await startBuild({
      log: watched.log,
      input: INPUT,
      output: OUTPUT,
      group: GROUP,
      render: (path) => {
        renderings += 1;
        return { path, renderedAt: `${renderings}`, ...EMPTY };
      },
      faults: new Map(faults.map((fault) => [fault.document, fault])),
      now: () => new Date(0),
      hold: (_, signal) =>
        Promise.race([
          released.promise,
          new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
        ]),
      ...overrides,
    });
    running.push(build);
    return { build, release: released.resolve, settled: watched.settled };
  }

  test('answers each document once, with its key and correlation id, in its own partition', async () => {
    const log = await fedLog(['a.md', 'b.md', 'c.md', 'd.md', 'e.md']);
    const { settled } = await start(log);
    await settled((positions) => total(positions) === 5);
    for (const { partition } of await log.extents([OUTPUT])) {
      const [asked, answered] = [await all(log, INPUT, partition), await all(log, OUTPUT, partition)];
      expect(answered.map(({ key }) => text(key))).toEqual(asked.map(({ key }) => text(key)));
      for (const record of answered) {
        expect(record.headers.find(([name]) => name === 'correlation-id')?.[1]).toEqual(record.key);
      }
    }
  });

  test('passes on headers of the comparison, such as the run, and no others', async () => {
    const log = await fedLog([]);
    const run = new TextEncoder().encode('build-b');
    const record = inputRecord('a.md', '# A');
    await log.append(INPUT, [
      { ...record, headers: [...(record.headers ?? []), ['x-parallax-run', run], ['other', run]] },
    ]);
    const { settled } = await start(log);
    await settled((positions) => total(positions) === 1);
    const [answer] = await everything(log, OUTPUT);
    expect(answer?.headers.map(([name]) => name)).toEqual(['correlation-id', 'x-parallax-run', 'x-source-offset']);
  });

  test('publishes a duplicated one twice byte for byte, and a missing one never', async () => {
    const log = await fedLog(['a.md', 'b.md', 'c.md']);
    const { settled } = await start(log, [fault('duplicated', 'a.md'), fault('missing', 'b.md')]);
    await settled((positions) => total(positions) === 3);
    const values = (await everything(log, OUTPUT)).map(({ value }) => text(value)).sort();
    expect(values.map((value) => JSON.parse(value).path)).toEqual(['a.md', 'a.md', 'c.md']);
    expect(values[0]).toBe(values[1]);
  });

  test('does not commit past a late one before it is published', async () => {
    const log = await fedLog(['a.md', 'b.md', 'c.md'], 1);
    const { settled, release } = await start(log, [fault('late', 'b.md')]);
    await settled((positions) => total(positions) === 1);
    expect(await paths(log)).toEqual(['a.md', 'c.md']);
    release();
    await settled((positions) => total(positions) === 3);
    expect(await paths(log)).toEqual(['a.md', 'c.md', 'b.md']);
  });

  test('stopped while one is held back, holds it back again in its next life, and answers nothing twice', async () => {
    const log = await fedLog(['a.md', 'b.md'], 1);
    const { build, settled } = await start(log, [fault('late', 'a.md')]);
    await settled(() => true);
    await build.stop();
    expect(await paths(log)).toEqual(['b.md']);
    const next = await start(log, [fault('late', 'a.md')]);
    next.release();
    await next.settled((positions) => total(positions) === 2);
    expect(await paths(log)).toEqual(['b.md', 'a.md']);
  });

  test('killed after publishing and before committing, answers nothing twice', async () => {
    const log = await fedLog(['a.md', 'b.md', 'c.md'], 1);
    const died = Promise.withResolvers<void>();
    const doomed = changed(log, { consume: withoutCommits(log, died.resolve) });
    const { build } = await start(doomed);
    await died.promise;
    expect(await paths(log)).toEqual(['a.md', 'b.md', 'c.md']);
    await build.stop();
    const { settled } = await start(log);
    await settled((positions) => total(positions) === 3);
    expect(await paths(log)).toEqual(['a.md', 'b.md', 'c.md']);
  });

  test('assigned anew while one is held back, publishes that one once', async () => {
    const log = await fedLog(['a.md', 'b.md', 'c.md'], 1);
    const { settled, release } = await start(log, [fault('late', 'b.md')]);
    await settled((positions) => total(positions) === 1);
    log.rebalance(GROUP);
    release();
    await settled((positions) => total(positions) === 3);
    expect((await paths(log)).sort()).toEqual(['a.md', 'b.md', 'c.md']);
  });

  test('ends with the cause, and commits nothing past it, when a record is no document', async () => {
    const log = await fedLog(['a.md'], 1);
    await log.append(INPUT, [{ key: null, value: new TextEncoder().encode('{"path":1}') }]);
    await log.append(INPUT, [inputRecord('c.md', '# C')]);
    const { build } = await start(log);
    expect(await build.ended).toMatchObject({ code: 'bad-input' });
    await build.stop();
    expect(total(await log.committed(GROUP, [INPUT]))).toBeLessThanOrEqual(1);
    expect(await paths(log)).toEqual(['a.md']);
  });

  test('names the input topic that is not there', async () => {
    await expect(start(memoryLog({ clock: () => 0 }))).rejects.toMatchObject({ code: 'unknown-topic' });
  });
});

const EMPTY = { headings: [], links: [], images: [], code: [], tables: [], text: [], outline: [], html: {} };

function fault(kind: PlannedFault['kind'], document: string): PlannedFault {
  return { kind, side: 'candidate', document, delayMs: kind === 'late' ? 1_000 : 0 };
}

async function fedLog(documents: readonly string[], partitions = 2) {
  const log = memoryLog({ clock: () => 0 });
  await log.ensureTopic({ topic: INPUT, partitions });
  for (const path of documents) await log.append(INPUT, [inputRecord(path, `# ${path}`)]);
  return log;
}

type Positions = readonly { readonly offset: number }[];
const total = (positions: Positions) => positions.reduce((sum, { offset }) => sum + offset, 0);

/** The same log, and a way to wait for a commit that fulfils a condition. */
function watching(log: EventLog) {
  const waiting = new Set<() => Promise<void>>();
  const consume: EventLog['consume'] = async (options, handlers) => {
    const consumption = await log.consume(options, handlers);
    return changed(consumption, {
      async commit(generation, offsets) {
        const result = await consumption.commit(generation, offsets);
        for (const check of [...waiting]) await check();
        return result;
      },
    });
  };
  const settled = (condition: (positions: Positions) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const check = async () => {
        const positions = await log.committed(GROUP, [INPUT]);
        if (positions.length > 0 && condition(positions)) {
          waiting.delete(check);
          resolve();
        }
      };
      waiting.add(check);
      check().catch(reject);
    });
  return { log: changed(log, { consume }), settled };
}

/** A process that dies at its first commit: the commit never arrives. */
function withoutCommits(log: EventLog, died: () => void): EventLog['consume'] {
  return async (options, handlers) =>
    changed(await log.consume(options, handlers), {
      async commit() {
        died();
        return 'unknown';
      },
    });
}

/** The same object but for some methods; the others still see it as `this`. */
function changed<T extends object>(whole: T, methods: Partial<T>): T {
  return new Proxy(whole, {
    get(target, name) {
      const value: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function all(log: EventLog, topic: string, partition: number): Promise<readonly LogRecord[]> {
  return log.read(topic, partition, 0, 1_000);
}

async function everything(log: EventLog, topic: string): Promise<readonly LogRecord[]> {
  const extents = await log.extents([topic]);
  return (await Promise.all(extents.map(({ partition }) => all(log, topic, partition)))).flat();
}

async function paths(log: EventLog): Promise<string[]> {
  return (await everything(log, OUTPUT)).map(({ key }) => text(key));
}
