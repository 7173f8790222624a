// The archive on S3, or a server that speaks its language: one object under the prefix for each of the archive's.
//
// A key is never replaced because every put carries If-None-Match.
import type { Archive } from '@parallax/core';
import { checkedKey } from '../keys.ts';
import { s3Place } from './address.ts';
import { readBody } from './body.ts';
import { S3Connection } from './connection.ts';
import { createObject } from './create.ts';
import { isNamed } from './failures.ts';
import { listObjects } from './listing.ts';
import type { S3Options } from './options.ts';
import { unfinishedUploads } from './uploads.ts';

/** Parts of an object whose writer did not come to its end. */
export interface UnfinishedUpload {
  /** Of the object, without the archive's prefix. */
  readonly key: string;
  readonly uploadId: string;
  /** Epoch milliseconds by the server's clock; undefined where it does not say. */
  readonly begun: number | undefined;
}

export interface S3Archive extends Archive {
  /** What writers that were killed have left, and what is being written now. */
  unfinished(): AsyncIterable<UnfinishedUpload>;
}

/** Nothing is touched before the first call. */
export function openS3Archive(address: string, options: S3Options = {}): S3Archive {
  const place = s3Place(address);
  const { bucket, root } = place;
  const connection = new S3Connection(place, options);

  return {
    address: place.address,
    async create(key, body) {
      return createObject(connection, root + checkedKey(key), body, `store ${key}`);
    },
    async read(key) {
      const Key = root + checkedKey(key);
      return connection.run(`read ${key}`, 'read', async ({ s3, client, until }) => {
        try {
          return await readBody(await client.send(new s3.GetObjectCommand({ Bucket: bucket, Key }), until));
        } catch (error) {
          if (isNamed(error, 'NoSuchKey')) return undefined;
          throw error;
        }
      });
    },
    list: (prefix) => listObjects(connection, prefix),
    async remove(key) {
      const Key = root + checkedKey(key);
      await connection.run(`remove ${key}`, 'remove', ({ s3, client, until }) =>
        client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key }), until),
      );
    },
    async *unfinished() {
      for await (const { key, ...upload } of unfinishedUploads(connection, root)) {
        yield { key: key.slice(root.length), ...upload };
      }
    },
    close: () => connection.close(),
  };
}
