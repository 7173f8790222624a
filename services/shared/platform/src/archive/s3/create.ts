// Creating an object on S3: only if its key is free, whole or not at all, and knowing whose it is afterwards.
import type { S3Connection } from './connection.ts';
import { statusOf } from './failures.ts';
import { type Creation, type Holder, lookUp } from './holder.ts';
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
  return createAtOnce(connection, creation);
}

function createAtOnce(connection: S3Connection, creation: Creation): Promise<'created' | 'exists'> {
  const { doing, key, body, mark } = creation;
  let unanswered = false;
  return connection.run(doing, 'write', async (session) => {
    const { s3, client, until } = session;
    const put = new s3.PutObjectCommand({
      Bucket: connection.place.bucket,
      Key: key,
      Body: body,
      IfNoneMatch: '*',
      Metadata: asMetadata(mark),
      ContentType: 'application/octet-stream',
      ChecksumAlgorithm: 'CRC32',
    });
    // A server that refuses a body before it has read it may reset the connection, which hides the refusal: without an
    // answer the key is looked at before the body is sent again.
    let holder: Holder = unanswered ? await lookUp(session, connection.place, creation) : 'nobody';
    if (holder === 'nobody') {
      try {
        await client.send(put, until);
        return 'created';
      } catch (error) {
        unanswered = statusOf(error) === undefined;
        if (statusOf(error) !== 412) throw error;
      }
      holder = await lookUp(session, connection.place, creation);
    }
    return holder === 'us' ? 'created' : 'exists';
  });
}
