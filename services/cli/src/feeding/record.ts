// From a line of an event file to a record of the log: the value's bytes as they stand in the line.
import { type Header, LineReader, type NewRecord } from '@parallax/core';

export type FedLine =
  | { readonly kind: 'record'; readonly record: NewRecord }
  | { readonly kind: 'unreadable'; readonly why: string };

const FORM = 'a line is {"id":"…","value":…}; key, headers, timestamp optional, "valueBase64" for bytes';
/** Where `correlation` looks when the experiment does not say. */
const ID_HEADER = 'correlation-id';

const encoder = new TextEncoder();

export class RecordReader {
  readonly #lines = new LineReader();

  /** An `id` becomes the header correlation-id and, without a key, the key: both sides of an id meet in one partition. */
  read(line: Uint8Array): FedLine {
    const own = this.#lines.read(line, true);
    if (own.kind === 'event') return asRecord(own, line.slice(own.start, own.end));
    const binary = binaryValue(line);
    if (binary === undefined) return { kind: 'unreadable', why: own.why };
    if (binary === 'bad') return { kind: 'unreadable', why: `valueBase64 is neither base64 nor null: ${FORM}` };
    const read = this.#lines.read(binary.envelope, true);
    if (read.kind !== 'event') return { kind: 'unreadable', why: read.why };
    return asRecord(read, binary.value);
  }
}

interface Envelope {
  readonly id: string | undefined;
  /** 0: none. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly headers: readonly Header[];
}

function asRecord({ id, timestamp, key, headers }: Envelope, value: Uint8Array | null): FedLine {
  const record: NewRecord = {
    key: key ?? (id === undefined ? null : encoder.encode(id)),
    value,
    headers: id === undefined ? headers : [...headers, [ID_HEADER, encoder.encode(id)]],
    ...(timestamp === 0 ? {} : { timestamp }),
  };
  return { kind: 'record', record };
}

/** A line with `valueBase64` in place of `value`; undefined where it has none. */
function binaryValue(line: Uint8Array): { envelope: Uint8Array; value: Uint8Array | null } | 'bad' | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(line));
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || !('valueBase64' in parsed) || 'value' in parsed)
    return undefined;
  const given = parsed.valueBase64;
  // The text as it stands, with a value added: written anew, members of digits would change places.
  const text = new TextDecoder().decode(line);
  const envelope = encoder.encode(`${text.slice(0, text.lastIndexOf('}'))},"value":null}`);
  if (given === null) return { envelope, value: null };
  if (typeof given !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(given) || given.length % 4 !== 0) return 'bad';
  return { envelope, value: new Uint8Array(Buffer.from(given, 'base64')) };
}
