// Whose object a key holds, after a put was refused because it was taken.
import type { S3Connection } from './connection.ts';
import { isNamed } from './failures.ts';
import { type Mark, storedMark } from './mark.ts';

/** `key` with the archive's prefix; `doing` names the object for messages. */
export interface Creation {
  readonly doing: string;
  readonly key: string;
  readonly body: Uint8Array;
  readonly mark: Mark;
}

/** Whose object the key holds: ours means that an earlier try of this very call stored it. */
export function holderOf(
  connection: S3Connection,
  { doing, key, mark }: Creation,
): Promise<'us' | 'somebody' | 'nobody'> {
  return connection.run(doing, 'read', async ({ s3, client, until }) => {
    try {
      const head = await client.send(new s3.HeadObjectCommand({ Bucket: connection.place.bucket, Key: key }), until);
      const ours = storedMark(head.Metadata)?.write === mark.write && head.ContentLength === mark.bytes;
      return ours ? 'us' : 'somebody';
    } catch (error) {
      if (isNamed(error, 'NotFound', 'NoSuchKey')) return 'nobody';
      throw error;
    }
  });
}
