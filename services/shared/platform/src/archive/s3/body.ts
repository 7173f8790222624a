// Reads the body of an object: every byte of it, or an error.
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { DamagedBody, ShortBody } from './failures.ts';
import { storedMark } from './mark.ts';

/**
 * Memory: one buffer of the object's size.
 * @throws ShortBody, DamagedBody, and what the connection throws
 */
export async function readBody({ Body, ContentLength, Metadata }: GetObjectCommandOutput): Promise<Uint8Array> {
  if (!(Body instanceof Readable)) throw new ShortBody('S3 answered without a body');
  const mark = storedMark(Metadata);
  const bytes = mark?.bytes ?? ContentLength;
  const body = bytes === undefined ? await collect(Body) : await fill(Body, bytes);
  // S3's own checksum is checked by the client where S3 gives one of the whole object; not all servers do.
  if (mark !== undefined && crc32(body) !== mark.crc32) {
    throw new DamagedBody('its bytes are not those its writer stored');
  }
  return body;
}

async function fill(stream: Readable, bytes: number): Promise<Uint8Array> {
  const body = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for await (const chunk of chunks(stream)) {
    if (at + chunk.length > bytes) throw new DamagedBody(`more than its ${bytes} bytes came`);
    body.set(chunk, at);
    at += chunk.length;
  }
  if (at < bytes) throw new ShortBody(`${at} of ${bytes} bytes came`);
  return body;
}

async function collect(stream: Readable): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(chunks(stream)));
}

async function* chunks(stream: Readable): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new ShortBody('S3 answered with something that is not bytes');
    yield chunk;
  }
}
