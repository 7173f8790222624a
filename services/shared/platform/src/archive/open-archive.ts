// Opens the archive an address names.
import { type Archive, Fault } from '@parallax/core';
import { withoutPassword } from '../config/options.ts';
import { openFileArchive } from './file-archive.ts';
import type { S3Options } from './s3/options.ts';
import { openS3Archive } from './s3/s3-archive.ts';

/**
 * `file:DIR` or `s3://BUCKET/PREFIX`. Nothing is touched before the archive is used.
 * @param s3 for what the AWS SDK's own settings should not decide; default: they decide
 * @throws Fault `archive-bad-address`
 */
export function openArchive(address: string, s3: S3Options = {}): Archive {
  const [, scheme, rest = ''] = /^([a-z0-9+.-]+):(.*)$/is.exec(address) ?? [];
  if (scheme === 'file') return openFileArchive(folderOf(address, rest));
  if (scheme === 's3') return openS3Archive(address, s3);
  throw badAddress(
    address,
    scheme === undefined ? 'it names no kind of archive' : `"${scheme}:" is no kind of archive`,
  );
}

function folderOf(address: string, rest: string): string {
  if (rest.startsWith('//') && !rest.startsWith('///')) throw badAddress(address, 'file: takes a folder, not a host');
  const folder = rest.startsWith('///') ? rest.slice(2) : rest;
  if (folder === '' || folder.includes('\0')) throw badAddress(address, 'it names no folder');
  return folder;
}

function badAddress(address: string, why: string): Fault {
  return new Fault(
    `"${withoutPassword(address)}" is not an archive's address: ${why}; allowed are file:DIR and s3://BUCKET/PREFIX`,
    {
      code: 'archive-bad-address',
      cure: 'Give one of them, e.g. --archive file:.parallax/archive or --archive s3://traffic/parallax.',
    },
  );
}
