// Uploads in parts that were begun and neither completed nor aborted: S3 keeps, and charges for, their parts.
import type { S3Connection } from './connection.ts';
import { isNamed } from './failures.ts';

/** `key` with the archive's prefix. */
export interface Upload {
  readonly key: string;
  readonly uploadId: string;
  /** Epoch milliseconds by the server's clock; undefined where it does not say. */
  readonly begun: number | undefined;
}

/** Those of keys with this prefix, the archive's included. */
export async function* unfinishedUploads(connection: S3Connection, prefix: string): AsyncGenerator<Upload> {
  for (let from: Marker | undefined = {}; from !== undefined; ) {
    const page: Page = await pageOf(connection, prefix, from);
    yield* page.uploads;
    from = page.next;
  }
}

/** Aborts all uploads of this very key. */
export async function sweepUploads(connection: S3Connection, key: string): Promise<void> {
  for (let more = true; more; ) {
    // Always the first page: what it has shown is gone by the next time, and with it the place to go on from.
    const { uploads, next } = await pageOf(connection, key, {});
    const own = uploads.filter((upload) => upload.key === key);
    for (const { uploadId } of own) await abortUpload(connection, key, uploadId);
    more = next !== undefined && own.length > 0;
  }
}

interface Marker {
  readonly KeyMarker?: string;
  readonly UploadIdMarker?: string;
}

interface Page {
  readonly uploads: readonly Upload[];
  /** Undefined on the last one. */
  readonly next: Marker | undefined;
}

async function pageOf(connection: S3Connection, prefix: string, from: Marker): Promise<Page> {
  const page = await connection.run('list unfinished uploads', 'list', ({ s3, client, until }) =>
    client.send(
      new s3.ListMultipartUploadsCommand({
        Bucket: connection.place.bucket,
        Prefix: prefix,
        MaxUploads: connection.settings.pageKeys,
        ...from,
      }),
      until,
    ),
  );
  const uploads = (page.Uploads ?? []).flatMap(({ Key, UploadId, Initiated }): Upload[] => {
    // Not every server heeds the prefix.
    if (Key === undefined || UploadId === undefined || !Key.startsWith(prefix)) return [];
    return [{ key: Key, uploadId: UploadId, begun: Initiated?.getTime() }];
  });
  const { IsTruncated, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
  if (IsTruncated !== true || KeyMarker === undefined) return { uploads, next: undefined };
  return { uploads, next: { KeyMarker, ...(UploadIdMarker === undefined ? {} : { UploadIdMarker }) } };
}

/** Aborting what is gone already is fine. */
export async function abortUpload(connection: S3Connection, key: string, uploadId: string): Promise<void> {
  await connection.run('abort an upload', 'write', async ({ s3, client, until }) => {
    try {
      await client.send(
        new s3.AbortMultipartUploadCommand({ Bucket: connection.place.bucket, Key: key, UploadId: uploadId }),
        until,
      );
    } catch (error) {
      if (!isNamed(error, 'NoSuchUpload')) throw error;
    }
  });
}
