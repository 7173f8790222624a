// Dead letters: every event that ends without an id is told of, the first few of each topic and reason aloud, and written
// byte for byte to a topic of the experiment before the cut that counts it is committed. So after a crash nothing counted is
// missing there; what was written and not counted is written again, and known by where it was read.
import {
  type DeadLetter,
  deadLetterRecord,
  deadLetterTopic,
  type EventLog,
  Fault,
  type Join,
  type LogRecord,
} from '@parallax/core';
import type { CrashPoints, Telemetry } from '@parallax/platform';
import packageJson from '../package.json' with { type: 'json' };
import type { ComparatorCrashPoint } from './crash-points.ts';
import { deadLettersWritten, deadLetterWithoutValue, eventUnreadable } from './events.ts';
import type { Sides } from './sides.ts';

const LOUD = 5;
/** Of one append: what logs take at once without a word. */
const MOST_RECORDS = 500;
const MOST_BYTES = 512 * 1024;
/** Bytes waiting above which reading pauses, and below which it goes on. */
const PAUSE_AT = 16 * 1024 * 1024;
const RESUME_AT = 4 * 1024 * 1024;
/** Of a letter beside its key, value and headers. */
const LETTER_BYTES = 512;

export interface DeadLettersAround {
  readonly log: Pick<EventLog, 'append' | 'ensureTopic'>;
  readonly experiment: string;
  readonly run: string;
  readonly sides: Sides;
  readonly telemetry: Telemetry;
  readonly crash: CrashPoints<ComparatorCrashPoint>;
  /** Repeats what may succeed later, until it does or this is stopped. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
}

interface Waiting {
  readonly letter: DeadLetter;
  readonly bytes: number;
}

export class DeadLetters {
  readonly #around: DeadLettersAround;
  readonly #topic: string;
  readonly #told = new Map<string, number>();
  #waiting: Waiting[] = [];
  /** Of all that is not in the log, in flight or not. */
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #isThere = false;
  isPausing = false;
  /** Events read again and still without an id. */
  again = 0;

  constructor(around: DeadLettersAround) {
    this.#around = around;
    this.#topic = deadLetterTopic(around.experiment);
  }

  /** To be called before the handler that read returns: the bytes are copied here. */
  take(join: Join): void {
    const { output, partition } = join.config;
    const { experiment, run, sides, telemetry } = this.#around;
    for (const event of join.takeUnreadable()) {
      const topic = sides.topic(output, event.side);
      const kind = `${event.column} ${topic}`;
      const told = (this.#told.get(kind) ?? 0) + 1;
      this.#told.set(kind, told);
      telemetry.record(eventUnreadable({ output, partition }, topic, event, told <= LOUD));
      if (event.wasOpen) this.again++;
      const { side, column, reason, record } = event;
      const from = { experiment, run, output, side, topic, partition, offset: record.offset };
      const own = { timestamp: record.timestamp, build: packageJson.version, omittedBytes: 0 };
      const letter = { ...from, ...own, code: column, reason, ...copied(record) };
      const bytes = sizeOf(record);
      this.#waiting.push({ letter, bytes });
      this.#bytes += bytes;
    }
    if (this.#bytes >= PAUSE_AT) this.isPausing = true;
  }

  /** Starts writing what waits; resolves once that is in the log. Calls queue up. */
  flush(): Promise<void> {
    if (this.#waiting.length === 0) return this.#writing;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#writing = this.#writing.then(() => this.#write(waiting));
    return this.#writing;
  }

  async #write(waiting: readonly Waiting[]): Promise<void> {
    const { log, telemetry, crash, patiently } = this.#around;
    crash.reach('comparator.before-deadletters');
    // Made with the first letter: most experiments never have one.
    if (!this.#isThere) await patiently(() => log.ensureTopic({ topic: this.#topic, partitions: 1 }));
    this.#isThere = true;
    for (let from = 0; from < waiting.length; ) {
      let to = from;
      for (let bytes = 0; to < waiting.length && to - from < MOST_RECORDS; to++) {
        bytes += (waiting[to] as Waiting).bytes;
        if (to > from && bytes > MOST_BYTES) break;
      }
      const batch = waiting.slice(from, to);
      await this.#append(batch.map(({ letter }) => letter));
      this.#bytes -= batch.reduce((sum, { bytes }) => sum + bytes, 0);
      if (this.#bytes <= RESUME_AT) this.isPausing = false;
      from = to;
    }
    telemetry.record(deadLettersWritten(this.#topic, waiting.length));
    crash.reach('comparator.after-deadletters');
  }

  /** What is too large for the topic goes without its value, which the log it came from, or the archive, still has. */
  async #append(letters: readonly DeadLetter[]): Promise<void> {
    const { log, patiently, telemetry } = this.#around;
    try {
      await patiently(() => log.append(this.#topic, letters.map(deadLetterRecord)));
    } catch (error) {
      const [first, ...rest] = letters;
      if (!(error instanceof Fault && error.code === 'record-too-large') || first === undefined) throw error;
      if (rest.length > 0) {
        for (const letter of letters) await this.#append([letter]);
        return;
      }
      if (first.omittedBytes > 0 || first.value === null) throw error;
      telemetry.record(deadLetterWithoutValue(this.#topic, first));
      await this.#append([{ ...first, omittedBytes: first.value.length }]);
    }
  }
}

/** Clients hand out slices of fetch buffers that are theirs again once the handler returns. */
function copied({ key, value, headers }: LogRecord): Pick<DeadLetter, 'key' | 'value' | 'headers'> {
  const copy = (bytes: Uint8Array | null) => (bytes === null ? null : Uint8Array.prototype.slice.call(bytes));
  return { key: copy(key), value: copy(value), headers: headers.map(([name, bytes]) => [name, copy(bytes)]) };
}

function sizeOf({ key, value, headers }: LogRecord): number {
  const own = (key?.length ?? 0) + (value?.length ?? 0) + LETTER_BYTES;
  return headers.reduce((sum, [name, bytes]) => sum + name.length + (bytes?.length ?? 0), own);
}
