// How ClickHouse reads the archive at an address in place: as a table of its objects.
import { Fault } from '@parallax/core';
import { quoteString } from '../../store/engine/sql-text.ts';
import { s3Place } from '../s3/address.ts';
import { openClient } from '../s3/client.ts';
import { S3_DEFAULTS, type S3Options } from '../s3/options.ts';

export interface QuerySource {
  /** SQL: the table's engine. May hold credentials: never shown. */
  readonly engine: string;
  /** What stands before an object's key in the column `_path`. */
  readonly root: string;
  /** Not to be shown, should the engine repeat them. */
  readonly secrets: readonly string[];
}

/** Every object and every tail. */
const OBJECTS = '{topics,tails}/*/*/*.avro';

/** @param address of an open archive: normalised */
export async function querySource(address: string, options: S3Options): Promise<QuerySource> {
  if (address.startsWith('file:')) return folderSource(address.slice('file:'.length));
  const { bucket, root } = s3Place(address);
  const { client } = await openClient({ ...S3_DEFAULTS, ...options });
  try {
    const endpoint = options.endpoint ?? (await client.config.serviceConfiguredEndpoint?.());
    const region = await client.config.region();
    const url =
      endpoint === undefined
        ? `https://${bucket}.s3.${region}.amazonaws.com`
        : `${endpoint.replace(/\/$/, '')}/${bucket}`;
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    const identity = [accessKeyId, secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])];
    const given = [`${url}/${noPattern(root, address)}${OBJECTS}`, ...identity, 'Avro'];
    return {
      engine: `S3(${given.map(quoteString).join(', ')})`,
      root: `${bucket}/${root}`,
      secrets: identity.slice(1),
    };
  } finally {
    client.destroy();
  }
}

function folderSource(folder: string): QuerySource {
  const root = `${noPattern(folder, folder)}/`;
  return { engine: `File('Avro', ${quoteString(root + OBJECTS)})`, root, secrets: [] };
}

/** The engine takes these for patterns, and knows no way to write them otherwise. */
function noPattern(path: string, address: string): string {
  if (!/[*?{}[\]]/.test(path)) return path;
  throw new Fault(`The archive ${address} cannot be asked in SQL: its path has one of * ? { } [ ]`, {
    code: 'archive-not-queryable',
    cure: 'Move it, or reach it through a link without these characters.',
  });
}
