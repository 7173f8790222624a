// Whose object a key holds, after a put was refused because it was taken.
import type { S3Place } from './address.ts';
import type { S3Connection, Session } from './connection.ts';
import { isNamed } from './failures.ts';
import { type Mark, storedMark } from './mark.ts';

/** `key` with the archive's prefix; `doing` names the object for messages. */
export interface Creation {
  readonly doing: string;
  readonly key: string;
  readonly body: Uint8Array;
  readonly mark: Mark;
}

/** `us`: an earlier try of this very call stored it. */
export type Holder = 'us' | 'somebody' | 'nobody';

/** Whose object the key holds. */
export function holderOf(connection: S3Connection, creation: Creation): Promise<Holder> {
  return connection.run(creation.doing, 'read', (session) => lookUp(session, connection.place, creation));
}

/** The same, as a step of a request under way. */
export async function lookUp(
  { s3, client, until }: Session,
  { bucket }: S3Place,
  { key, mark }: Creation,
): Promise<Holder> {
  try {
    const head = await client.send(new s3.HeadObjectCommand({ Bucket: bucket, Key: key }), until);
    const ours = storedMark(head.Metadata)?.write === mark.write && head.ContentLength === mark.bytes;
    return ours ? 'us' : 'somebody';
  } catch (error) {
    if (isNamed(error, 'NotFound', 'NoSuchKey')) return 'nobody';
    throw error;
  }
}
