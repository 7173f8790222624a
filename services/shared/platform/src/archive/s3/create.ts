// Creating an object on S3: only if its key is free, whole or not at all, and knowing whose it is afterwards.
import type { S3Connection } from './connection.ts';
import { statusOf } from './failures.ts';
import { type Creation, holderOf } from './holder.ts';
import { asMetadata, newMark } from './mark.ts';
import { createInParts } from './multipart.ts';

export async function createObject(
  connection: S3Connection,
  key: string,
  body: Uint8Array,
  doing: string,
): Promise<'created' | 'exists'> {
  const creation = { doing, key, body, mark: newMark(body) };
  // There is no part without a byte.
  const inParts = body.length > 0 && body.length >= connection.settings.multipartBytes;
  if (inParts) return createInParts(connection, creation);
  if ((await createAtOnce(connection, creation)) === 'created') return 'created';
  return (await holderOf(connection, creation)) === 'us' ? 'created' : 'exists';
}

function createAtOnce(connection: S3Connection, { doing, key, body, mark }: Creation): Promise<'created' | 'taken'> {
  return connection.run(doing, 'write', async ({ s3, client, until }) => {
    const put = new s3.PutObjectCommand({
      Bucket: connection.place.bucket,
      Key: key,
      Body: body,
      IfNoneMatch: '*',
      Metadata: asMetadata(mark),
      ContentType: 'application/octet-stream',
      ChecksumAlgorithm: 'CRC32',
    });
    try {
      await client.send(put, until);
      return 'created';
    } catch (error) {
      if (statusOf(error) === 412) return 'taken';
      throw error;
    }
  });
}
