// Doubles for the archiver's tests: a log whose deliveries the test steps, time that runs as fast as it is waited for, and
// an archive that a crash cuts off.
import type {
  Archive,
  Committed,
  ConsumeOptions,
  ConsumerHandlers,
  Consumption,
  EventLog,
  LogRecord,
  TimestampType,
} from '@parallax/core';
import type { Clock } from '@parallax/platform';

interface PartitionState {
  readonly topic: string;
  readonly partition: number;
  records: LogRecord[];
  start: number;
  end: number;
}

interface Member {
  readonly generation: number;
  readonly handlers: ConsumerHandlers;
  readonly cursors: Map<string, { at: number; paused: boolean }>;
}

export interface SteppingLog extends Pick<EventLog, 'topics' | 'extents' | 'consume'> {
  /** Appends with consecutive offsets; `skip` offsets before it hold no record. */
  append(topic: string, partition: number, value: string, skip?: number): void;
  /** Delivers up to `limit` records of every partition that may be read; how many were. */
  deliver(limit: number): number;
  /** Forgets records below this offset. */
  expire(topic: string, partition: number, below: number): void;
  /** Deletes and creates the topic anew. */
  recreate(topic: string): void;
  committed(topic: string, partition: number): number | undefined;
  records(topic: string, partition: number): readonly LogRecord[];
  isPaused(topic: string, partition: number): boolean;
  /** Ends the consumer as a lost log does. */
  breakOff(error: Error): void;
}

export function steppingLog(
  topics: Readonly<Record<string, number>>,
  timestamps: TimestampType = 'create',
): SteppingLog {
  const partitions = new Map<string, PartitionState>();
  for (const [topic, count] of Object.entries(topics)) {
    for (let partition = 0; partition < count; partition++) {
      partitions.set(`${topic}/${partition}`, { topic, partition, records: [], start: 0, end: 0 });
    }
  }
  const commits = new Map<string, number>();
  let generation = 0;
  let member: Member | undefined;
  let breakOff: (error: Error | undefined) => void = () => undefined;
  const state = (topic: string, partition: number): PartitionState => {
    const found = partitions.get(`${topic}/${partition}`);
    if (found === undefined) throw new Error(`no partition ${topic}/${partition}`);
    return found;
  };

  return {
    topics: async () =>
      Object.entries(topics).map(([topic, count]) => ({ topic, partitions: count, compacted: false, timestamps })),
    extents: async (names) =>
      [...partitions.values()]
        .filter(({ topic }) => names.includes(topic))
        .map(({ topic, partition, start, end }) => ({ topic, partition, offset: end, start, end })),
    append(topic, partition, value, skip = 0) {
      const target = state(topic, partition);
      const offset = target.end + skip;
      const bytes = new TextEncoder().encode(value);
      target.records.push({ offset, timestamp: 1_000 + offset, key: null, value: bytes, headers: [['n', bytes]] });
      target.end = offset + 1;
    },
    deliver(limit) {
      let delivered = 0;
      const current = member;
      for (const [key, cursor] of current?.cursors ?? []) {
        const from = partitions.get(key);
        if (cursor.paused || from === undefined || cursor.at >= from.end) continue;
        const records = from.records.filter(({ offset }) => offset >= cursor.at).slice(0, limit);
        const last = records.at(-1);
        const next = last === undefined || records.length < limit ? from.end : last.offset + 1;
        cursor.at = next;
        delivered += records.length;
        const { topic, partition } = from;
        current?.handlers.batch({ generation: current.generation, topic, partition, records, next });
      }
      return delivered;
    },
    expire(topic, partition, below) {
      const target = state(topic, partition);
      target.records = target.records.filter(({ offset }) => offset >= below);
      target.start = below;
    },
    recreate(topic) {
      for (const each of partitions.values())
        if (each.topic === topic) Object.assign(each, { records: [], start: 0, end: 0 });
    },
    committed: (topic, partition) => commits.get(`${topic}/${partition}`),
    records: (topic, partition) => state(topic, partition).records,
    isPaused: (topic, partition) => member?.cursors.get(`${topic}/${partition}`)?.paused ?? false,
    breakOff: (error) => breakOff(error),
    async consume(options: ConsumeOptions, handlers: ConsumerHandlers): Promise<Consumption> {
      generation += 1;
      const own: Member = { generation, handlers, cursors: new Map() };
      const ended = Promise.withResolvers<Error | undefined>();
      breakOff = ended.resolve;
      const owned = [...partitions].filter(([, { topic }]) => options.topics.includes(topic));
      const starts = await handlers.assigned(
        own.generation,
        owned.map(([key, { topic, partition, start, end }]) => {
          const offset = commits.get(key);
          const committed: Committed | undefined =
            offset === undefined ? undefined : { topic, partition, offset, metadata: '' };
          return { topic, partition, start, end, offset: end, committed };
        }),
      );
      for (const { topic, partition, offset } of starts)
        own.cursors.set(`${topic}/${partition}`, { at: offset, paused: false });
      member = own;
      const cursor = (place: { topic: string; partition: number }) =>
        own.cursors.get(`${place.topic}/${place.partition}`);
      const pause = (paused: boolean) => (places: readonly { topic: string; partition: number }[]) => {
        for (const place of places) Object.assign(cursor(place) ?? {}, { paused });
      };
      return {
        ended: ended.promise,
        pause: pause(true),
        resume: pause(false),
        seek: (position) => void Object.assign(cursor(position) ?? {}, { at: position.offset }),
        ends: async () =>
          owned.map(([, { topic, partition, end }]) => ({ topic, partition, end, asked: 0, answered: 0 })),
        async commit(of, offsets) {
          if (of !== generation) return 'refused';
          for (const { topic, partition, offset } of offsets) commits.set(`${topic}/${partition}`, offset);
          return 'committed';
        },
        async stop() {
          if (member === own) member = undefined;
          ended.resolve(undefined);
        },
      };
    },
  };
}

/** Every sleep ends at once, a turn of the event loop later, and the time has passed. */
export function hastyClock(): Clock {
  let time = 1_000_000;
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted !== true) time += ms;
        setImmediate(resolve);
      }),
  };
}

/** Time that stands still until it is moved. */
export function standingClock(): Clock & { advance(ms: number): void } {
  let time = 1_000_000;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          until: time + ms,
          wake() {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake, { once: true });
      }),
    advance(ms) {
      time += ms;
      for (const sleeper of [...sleepers]) if (sleeper.until <= time) sleeper.wake();
    },
  };
}

/** What a process has until it dies: from then on no call of the archive returns and no sleep ends. */
export interface Mortal {
  readonly archive: Archive;
  readonly clock: Clock;
  kill(): void;
}

/** It dies at its `fatal`-th write, just before or just after that took effect, or when killed. */
export function mortal(archive: Archive, fatal: number, takesEffect: boolean): Mortal {
  const never = new Promise<never>(() => undefined);
  const clock = hastyClock();
  let writes = 0;
  let dead = false;
  const write = async <T>(effect: () => Promise<T>): Promise<T> => {
    if (dead) return never;
    writes += 1;
    if (writes < fatal) return effect();
    dead = true;
    if (takesEffect) await effect();
    return never;
  };
  return {
    archive: {
      address: archive.address,
      create: (key, body) => write(() => archive.create(key, body)),
      remove: (key) => write(() => archive.remove(key)),
      read: (key) => (dead ? never : archive.read(key)),
      list: (prefix) => archive.list(prefix),
      close: async () => undefined,
    },
    clock: { now: clock.now, sleep: (ms, signal) => clock.sleep(ms, signal).then(() => (dead ? never : undefined)) },
    kill() {
      dead = true;
    },
  };
}
