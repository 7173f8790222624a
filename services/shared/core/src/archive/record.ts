// An archived record: what the log gave, with where it stood.
import type { LogRecord, TimestampType } from '../ports/log.ts';

export interface ArchivedRecord extends LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly timestampType: TimestampType;
}

/** Equal byte for byte, offset and timestamp included. */
export function sameRecord(a: LogRecord, b: LogRecord): boolean {
  return (
    a.offset === b.offset &&
    a.timestamp === b.timestamp &&
    sameBytes(a.key, b.key) &&
    sameBytes(a.value, b.value) &&
    a.headers.length === b.headers.length &&
    a.headers.every(([name, value], index) => {
      const [otherName, otherValue = null] = b.headers[index] ?? [];
      return name === otherName && sameBytes(value, otherValue);
    })
  );
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
