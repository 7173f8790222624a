// Creating a large object in parts.
//
//   begin -> parts (some at once) -> complete, only if the key is free -> sweep
//                      any of these: the upload is gone, or lost a race -> whose is the key? nobody's: begin again
//                      a failure                                        -> abort, and tell
//
// What an upload leaves behind when its process dies, or when the answer to `begin` is lost, is swept by whoever creates
// the same key next: once the key is taken, all other uploads of it could only be refused.
import { Fault } from '@parallax/core';
import type { S3Connection } from './connection.ts';
import { isNamed, ShortBody, s3Fault, statusOf } from './failures.ts';
import { type Creation, holderOf } from './holder.ts';
import { asMetadata } from './mark.ts';
import { CONTENDED } from './refusals.ts';
import { abortUpload, sweepUploads } from './uploads.ts';

const PARTS_AT_ONCE = 4;
const ROUNDS = 4;

interface Part {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  readonly ChecksumCRC32: string | undefined;
}

export async function createInParts(connection: S3Connection, creation: Creation): Promise<'created' | 'exists'> {
  for (let round = 1; round <= ROUNDS; round++) {
    const uploadId = await begin(connection, creation);
    let ended: 'created' | 'refused';
    try {
      const parts = await sendParts(connection, creation, uploadId);
      ended = parts === 'gone' ? 'refused' : await complete(connection, creation, uploadId, parts);
    } catch (error) {
      await abortUpload(connection, creation.key, uploadId).catch(() => undefined);
      throw error;
    }
    const holder = ended === 'created' ? 'us' : await holderOf(connection, creation);
    if (holder === 'nobody') {
      await abortUpload(connection, creation.key, uploadId).catch(() => undefined);
      continue;
    }
    await sweep(connection, creation);
    return holder === 'us' ? 'created' : 'exists';
  }
  throw s3Fault(connection.place.address, creation.doing, new Error(`${ROUNDS} times`), CONTENDED, true);
}

function begin(connection: S3Connection, { doing, key, mark }: Creation): Promise<string> {
  return connection.run(doing, 'write', async ({ s3, client, until }) => {
    const { UploadId } = await client.send(
      new s3.CreateMultipartUploadCommand({
        Bucket: connection.place.bucket,
        Key: key,
        Metadata: asMetadata(mark),
        ContentType: 'application/octet-stream',
        // Some servers refuse the parts' checksums unless they are announced here.
        ChecksumAlgorithm: 'CRC32',
      }),
      until,
    );
    if (UploadId === undefined) throw new ShortBody('S3 answered without an upload id');
    return UploadId;
  });
}

async function sendParts(connection: S3Connection, creation: Creation, uploadId: string): Promise<Part[] | 'gone'> {
  const { partBytes } = connection.settings;
  const count = Math.ceil(creation.body.length / partBytes);
  const parts: Part[] = [];
  let next = 1;
  let [gone, failed] = [false, false];
  const sender = async () => {
    while (next <= count && !gone && !failed) {
      const PartNumber = next++;
      const body = creation.body.subarray((PartNumber - 1) * partBytes, PartNumber * partBytes);
      const part = await sendPart(connection, creation, uploadId, PartNumber, body).catch((error: unknown) => {
        failed = true;
        throw error;
      });
      if (part === 'gone') gone = true;
      else parts[PartNumber - 1] = part;
    }
  };
  // All of them end before the upload is aborted: a part that arrives later would stay.
  const senders = await Promise.allSettled(Array.from({ length: Math.min(PARTS_AT_ONCE, count) }, sender));
  for (const sent of senders) if (sent.status === 'rejected') throw sent.reason;
  return gone ? 'gone' : parts;
}

function sendPart(
  connection: S3Connection,
  { doing, key }: Creation,
  UploadId: string,
  PartNumber: number,
  Body: Uint8Array,
): Promise<Part | 'gone'> {
  return connection.run(doing, 'write', async ({ s3, client, until }) => {
    const Bucket = connection.place.bucket;
    const part = new s3.UploadPartCommand({ Bucket, Key: key, UploadId, PartNumber, Body, ChecksumAlgorithm: 'CRC32' });
    try {
      const { ETag, ChecksumCRC32 } = await client.send(part, until);
      return { PartNumber, ETag, ChecksumCRC32 };
    } catch (error) {
      if (isNamed(error, 'NoSuchUpload')) return 'gone';
      throw error;
    }
  });
}

/** `refused`: the key is taken, or is being taken, or an earlier try has completed or lost the upload. */
function complete(
  connection: S3Connection,
  { doing, key }: Creation,
  UploadId: string,
  Parts: Part[],
): Promise<'created' | 'refused'> {
  return connection.run(doing, 'write', async ({ s3, client, until }) => {
    const Bucket = connection.place.bucket;
    const MultipartUpload = { Parts };
    try {
      await client.send(
        new s3.CompleteMultipartUploadCommand({ Bucket, Key: key, UploadId, MultipartUpload, IfNoneMatch: '*' }),
        until,
      );
      return 'created';
    } catch (error) {
      // After a conflict (409) S3 wants the upload begun anew.
      if ([409, 412].includes(statusOf(error) ?? 0) || isNamed(error, 'NoSuchUpload')) return 'refused';
      throw error;
    }
  });
}

/** What it leaves is listed by `parallax doctor` and ended by the bucket's lifecycle rule: it is not worth a failure. */
async function sweep(connection: S3Connection, { key }: Creation): Promise<void> {
  try {
    await sweepUploads(connection, key);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}
