// The lines of a stream of bytes, as bytes: nothing of a value is changed by reading it as text.
import { createReadStream } from 'node:fs';
import { Fault } from '@parallax/core';

const LINE_END = 0x0a;
/** Bytes of a file read at once. */
const AT_ONCE = 1 << 20;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its line end. */
  readonly bytes: Uint8Array;
}

/**
 * Lines that hold something, of a file or, for '-', of what is piped in; as many at once as have come.
 * @throws Fault that names the file
 */
export async function* linesOf(path: string, shown: string): AsyncGenerator<readonly Line[]> {
  const source = shown === '-' ? process.stdin : createReadStream(path, { highWaterMark: AT_ONCE });
  let begun: Buffer[] = [];
  let number = 0;
  const line = (bytes: Uint8Array): Line[] => {
    number++;
    return isBlank(bytes) ? [] : [{ number, bytes: number === 1 ? withoutMark(bytes) : bytes }];
  };
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      const lines: Line[] = [];
      let from = 0;
      for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, from)) {
        lines.push(...line(Buffer.concat([...begun, chunk.subarray(from, end)])));
        begun = [];
        from = end + 1;
      }
      begun.push(chunk.subarray(from));
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    throw asFault(error, shown);
  }
  const last = line(Buffer.concat(begun));
  if (last.length > 0) yield last;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** Editors of some systems begin a file with a byte order mark. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function asFault(error: unknown, shown: string): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const isAbsent = error.code === 'ENOENT' || error.code === 'ENOTDIR';
  const why = error.code === 'EISDIR' ? 'it is a directory' : error.message;
  return new Fault(isAbsent ? `There is no file ${shown}` : `Cannot read ${shown}: ${why}`, {
    code: isAbsent ? 'file-not-found' : 'file-unreadable',
    cure: 'Give one file of NDJSON lines, or - for what is piped in.',
    cause: error,
  });
}
