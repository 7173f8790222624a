// The embedded log under real processes: killed writers, killed consumers, writers at once.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { EventLog } from '@parallax/core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { record } from '../../testing/log-conformance/recorder.ts';
import { freshTopic, fromUtf8, numbered } from '../../testing/log-conformance/subject.ts';
import { openEmbeddedLog } from './log.ts';

const CHILD = fileURLToPath(new URL('../../testing/log-child.ts', import.meta.url));

class Child {
  readonly lines: string[] = [];
  readonly #process: ChildProcessByStdio<null, Readable, null>;
  readonly #closed: Promise<unknown>;
  #watchers: (() => void)[] = [];

  constructor(directory: string, ...args: string[]) {
    this.#process = spawn(process.execPath, [CHILD, directory, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#closed = once(this.#process, 'close');
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.lines.push(line);
      for (const watch of [...this.#watchers]) watch();
    });
    onTestFinished(() => this.kill());
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  until(condition: (lines: readonly string[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watch = (): void => {
        if (!condition(this.lines)) return;
        this.#watchers = this.#watchers.filter((each) => each !== watch);
        resolve();
      };
      this.#watchers.push(watch);
      watch();
    });
  }

  /** The number of the last line that begins with `word`; 0 without one. */
  last(word: string): number {
    return Number(this.lines.findLast((line) => line.startsWith(word))?.split(' ')[1] ?? 0);
  }

  /** SIGKILL; resolves once it is gone and all it said has been heard. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#closed;
  }
}

async function values(log: EventLog, topic: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let from = 0; ; ) {
    const some = await log.read(topic, 0, from, 1_000);
    const last = some.at(-1);
    if (last === undefined) return found;
    for (const { offset, value } of some) {
      expect(offset).toBe(found.length);
      found.push(fromUtf8(value) ?? '');
    }
    from = last.offset + 1;
  }
}

const ofWriter = (found: readonly string[], name: string): readonly number[] => {
  return found.filter((value) => value.startsWith(`${name} `)).map((value) => Number(value.split(' ')[1]));
};
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe('the embedded log among processes', () => {
  let directory: string;
  let log: EventLog;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parallax-kills-'));
    log = await openEmbeddedLog({ directory });
  });
  afterEach(async () => {
    await log.close();
    await rm(directory, { recursive: true });
  });

  it('loses nothing it has acknowledged when a writer is killed in the middle of an append', async () => {
    const topic = await freshTopic(log);
    for (const [name, batch] of [
      ['small', 7],
      ['middle', 700],
      ['large', 4_000],
    ] as const) {
      const writer = new Child(directory, 'write', topic, name, String(batch));
      await writer.until((lines) => lines.length >= 5);
      await writer.kill();
      const own = ofWriter(await values(log, topic), name);
      expect(own.length).toBeGreaterThanOrEqual(writer.last('acked'));
      expect(own.length % batch).toBe(0);
      expect(own).toEqual(upTo(own.length));
    }
  });

  it('takes the records of two processes at once, each in its order, and hands all of them on', async () => {
    const topic = await freshTopic(log);
    const consumer = await record(log, { group: 'both', topics: [topic] });
    const writers = ['a', 'b'].map((name) => new Child(directory, 'write', topic, name, '50'));
    await Promise.all(writers.map((writer) => writer.until(() => writer.last('acked') >= 1_000)));
    await Promise.all(writers.map((writer) => writer.kill()));
    const found = await values(log, topic);
    await consumer.untilCursor(topic, 0, found.length);
    expect(consumer.values(topic)).toEqual(found);
    for (const [index, name] of ['a', 'b'].entries()) {
      const own = ofWriter(found, name);
      expect(own.length).toBeGreaterThanOrEqual(writers[index]?.last('acked') ?? Number.POSITIVE_INFINITY);
      expect(own).toEqual(upTo(own.length));
    }
  });

  it('frees the group of a killed consumer at once, under a higher generation, with its commits', async () => {
    const topic = await freshTopic(log);
    await log.append(topic, numbered(30));
    const child = new Child(directory, 'consume', topic, 'g');
    await child.until(() => child.last('committed') === 30);
    const handlers = { assigned: async () => [], batch: () => undefined };
    await expect(log.consume({ group: 'g', topics: [topic] }, handlers)).rejects.toMatchObject({
      code: 'group-locked',
      message: expect.stringContaining(`process ${child.pid}`),
      cure: expect.stringContaining('Stop that process'),
    });
    await expect(log.deleteGroup('g')).rejects.toMatchObject({ code: 'group-locked' });
    await child.kill();
    const heir = await record(log, { group: 'g', topics: [topic] });
    await heir.until(() => heir.generation !== -1);
    expect(heir.generation).toBe(child.last('generation') + 1);
    expect(heir.assignments[0]?.partitions[0]?.committed).toEqual({
      topic,
      partition: 0,
      offset: 30,
      metadata: 'child',
    });
    const stale = [{ topic, partition: 0, offset: 0, metadata: '' }];
    expect(await heir.consumption.commit(child.last('generation'), stale)).toBe('refused');
  });

  it('can be created by several processes in the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const shared = join(directory, `shared-${round}`);
      const clients = await Promise.all(Array.from({ length: 4 }, () => openEmbeddedLog({ directory: shared })));
      const created = await Promise.all(clients.map((client) => client.ensureTopic({ topic: 't', partitions: 1 })));
      expect(created.toSorted()).toEqual(['created', 'exists', 'exists', 'exists']);
      await Promise.all(clients.map((client) => client.close()));
    }
  });
});
