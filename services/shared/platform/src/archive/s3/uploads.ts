// Uploads in parts that were begun and neither completed nor aborted: S3 keeps, and charges for, their parts.
import type { ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3';
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
  let from: Marker | undefined = {};
  while (from !== undefined) {
    const page = await pageOf(connection, prefix, from);
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue;
      // Not every server heeds the prefix.
      if (Key.startsWith(prefix)) yield { key: Key, uploadId: UploadId, begun: Initiated?.getTime() };
    }
    from = markerAfter(page);
  }
}

interface Marker {
  readonly KeyMarker?: string;
  readonly UploadIdMarker?: string;
}

function pageOf(connection: S3Connection, prefix: string, from: Marker): Promise<ListMultipartUploadsCommandOutput> {
  return connection.run('list unfinished uploads', 'list', ({ s3, client, until }) =>
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
}

function markerAfter(page: ListMultipartUploadsCommandOutput): Marker | undefined {
  const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page;
  if (IsTruncated !== true || NextKeyMarker === undefined) return undefined;
  return {
    KeyMarker: NextKeyMarker,
    ...(NextUploadIdMarker === undefined ? {} : { UploadIdMarker: NextUploadIdMarker }),
  };
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
