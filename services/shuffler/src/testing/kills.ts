// The shuffler as a process, killed at each of its crash points: what a comparator reads of its topic is what one that was
// never disturbed wrote, each record once and in the order of its source.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EventLog, type NewRecord, ShuffledSide, shuffledTopic } from '@parallax/core';
import { openLog } from '@parallax/platform';
import { type Ended, runProcess } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SHUFFLER_CRASH_POINTS } from '../crash-points.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const SOURCES = 2;
const TARGETS = 3;
const EVENTS = 400;

export interface KillsGround {
  /** Before the names of topics and experiments, where others use the same servers. */
  readonly prefix: string;
  /** Of the processes, with the address; `folder` is the test's own. */
  readonly env: (folder: string) => NodeJS.ProcessEnv;
}

/** By target and source partition: what is read, in order, repeats left out; and how far the source is told. */
type Read = Readonly<Record<string, { readonly events: readonly string[]; readonly next: number }>>;

/** Registers the tests. */
export function testKills({ prefix, env }: KillsGround): void {
  const [legacy, source] = [`${prefix}a`, `${prefix}b`];
  let folder: string;
  let log: EventLog;
  let undisturbed: Read;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-kills-'));
    log = await openLog(env(folder).PARALLAX_LOG ?? '');
    await log.ensureTopic({ topic: legacy, partitions: TARGETS });
    await log.ensureTopic({ topic: source, partitions: SOURCES });
    await log.append(source, events());
    expect(await life('undisturbed')).toMatchObject({ code: 0, err: '' });
    undisturbed = await read('undisturbed');
  });
  afterAll(async () => {
    await log?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  /** One life of the process that shuffles for this experiment. */
  function life(name: string, crashAt = ''): Promise<Ended> {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(
      file,
      `experiment: ${prefix}${name}\nlegacy: { topic: ${legacy} }\ncandidate: { topic: ${source}, shuffle: true }\n`,
    );
    return runProcess(MAIN, [file, '--until-caught-up'], {
      ...env(folder),
      PARALLAX_CRASH_AT: crashAt,
      PARALLAX_SHUFFLE_PROGRESS_MS: '10',
      PARALLAX_SHUFFLE_COMMIT_MS: '20',
      PARALLAX_LOG_LEVEL: 'error',
    });
  }

  /** As a comparator reads it. */
  async function read(name: string): Promise<Read> {
    const target = shuffledTopic(`${prefix}${name}`, 'candidate', 'default');
    const found: Record<string, { events: string[]; next: number }> = {};
    for (const { partition, start, end } of await log.extents([target])) {
      const side = new ShuffledSide(source, target, SOURCES);
      for (let at = start; at < end; ) {
        const records = await log.read(target, partition, at, 1_000);
        for (const record of records) {
          const taken = side.take(record);
          if (taken.kind !== 'event') continue;
          const key = `${partition} of ${taken.partition}`;
          found[key] ??= { events: [], next: 0 };
          found[key].events.push(
            `${taken.offset} ${record.value === null ? '' : new TextDecoder().decode(record.value)}`,
          );
        }
        // On Kafka a read may end before the last record, and below it may be offsets without one.
        at = records.length === 0 ? end : (records.at(-1)?.offset ?? end) + 1;
      }
      for (const [from, next] of side.next.entries()) {
        const key = `${partition} of ${from}`;
        found[key] = { events: found[key]?.events ?? [], next };
      }
    }
    return found;
  }

  test('undisturbed, every event is there once', () => {
    const all = Object.values(undisturbed).flatMap(({ events }) => events);
    expect(all.length).toBe(EVENTS);
    expect(new Set(Object.values(undisturbed).map(({ next }) => next))).toEqual(new Set([EVENTS / SOURCES]));
  });

  test.concurrent.each(SHUFFLER_CRASH_POINTS)('killed at %s it leaves no trace', async (point) => {
    const name = point.replace('shuffler.', '');
    const { signal, err } = await life(name, point);
    expect(signal, `it is reached: ${err}`).toBe('SIGKILL');
    expect(await life(name)).toMatchObject({ code: 0, err: '' });
    expect(await read(name)).toEqual(undisturbed);
  });
}

function events(): NewRecord[] {
  return Array.from({ length: EVENTS }, (_, n) => ({
    partition: n % SOURCES,
    key: null,
    value: new TextEncoder().encode(String(n)),
    headers: [['correlation-id', new TextEncoder().encode(`id-${n % 90}`)]],
  }));
}
