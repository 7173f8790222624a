// Lists the objects under a prefix, page by page, in the order of their keys' UTF-8 bytes.
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { type ArchiveObject, Fault } from '@parallax/core';
import type { S3Connection } from './connection.ts';

/** Names that begin with "." and folder markers, which consoles leave, are no objects of the archive. */
export async function* listObjects(connection: S3Connection, prefix: string): AsyncGenerator<ArchiveObject> {
  // No key begins so, and a server over a file system may take it for a way out.
  if (/^[./]|(^|\/)\.\.?\//.test(prefix)) return;
  let last: string | undefined;
  for await (const object of inByteOrder(pages(connection, prefix))) {
    const { key } = object;
    if (last !== undefined && compareBytes(last, key) >= 0) throw unordered(connection.place.address);
    last = key;
    if (key !== '' && !key.endsWith('/') && !key.startsWith('.')) yield object;
  }
}

async function* pages(connection: S3Connection, prefix: string): AsyncGenerator<ArchiveObject> {
  const { root } = connection.place;
  const full = root + prefix;
  let page: ListObjectsV2CommandOutput | undefined;
  do {
    page = await pageOf(connection, prefix, page?.NextContinuationToken);
    for (const { Key = '', Size = 0 } of page.Contents ?? []) {
      if (Key.startsWith(full)) yield { key: Key.slice(root.length), bytes: Size };
    }
  } while (page.IsTruncated === true && page.NextContinuationToken !== undefined);
}

function pageOf(
  connection: S3Connection,
  prefix: string,
  token: string | undefined,
): Promise<ListObjectsV2CommandOutput> {
  const doing = `list ${prefix === '' ? 'everything' : prefix}`;
  return connection.run(doing, 'list', ({ s3, client, until }) =>
    client.send(
      new s3.ListObjectsV2Command({
        Bucket: connection.place.bucket,
        Prefix: connection.place.root + prefix,
        MaxKeys: connection.settings.pageKeys,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
      until,
    ),
  );
}

/**
 * Some servers order keys by UTF-16 code units. That differs from the order of bytes only among characters from U+D800 on:
 * keys that are alike up to such a character lie side by side in both orders, and are held back to be sorted.
 */
async function* inByteOrder(objects: AsyncIterable<ArchiveObject>): AsyncGenerator<ArchiveObject> {
  let held: ArchiveObject[] = [];
  let alike: string | undefined;
  for await (const object of objects) {
    const at = object.key.search(/[\ud800-\uffff]/);
    const head = at < 0 ? undefined : object.key.slice(0, at);
    if (head === undefined || head !== alike) {
      yield* sorted(held);
      held = [];
      alike = head;
    }
    if (head === undefined) yield object;
    else held.push(object);
  }
  yield* sorted(held);
}

function sorted(objects: readonly ArchiveObject[]): readonly ArchiveObject[] {
  return objects.toSorted((a, b) => compareBytes(a.key, b.key));
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function unordered(address: string): Fault {
  return new Fault(`The archive ${address} is not listed in the order of its keys`, {
    code: 'archive-unfit',
    cure: 'Use a general-purpose bucket: directory buckets (S3 Express) and some servers list without order.',
  });
}
