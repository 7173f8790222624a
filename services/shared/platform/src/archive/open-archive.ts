// Opens the archive an address names.
import { type Archive, Fault } from '@parallax/core';
import { withoutPassword } from '../config/options.ts';
import { openFileArchive } from './file-archive.ts';

/** `file:DIR`. Nothing is touched before the archive is used. */
export function openArchive(address: string): Archive {
  const [, scheme, rest = ''] = /^([a-z0-9+.-]+):(.*)$/is.exec(address) ?? [];
  if (scheme === 'file') return openFileArchive(folderOf(address, rest));
  if (scheme === 's3') {
    throw new Fault(`The archive ${withoutPassword(address)} is on S3, which is not built yet`, {
      code: 'archive-not-built',
      cure: 'Use file:DIR for now.',
    });
  }
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
  return new Fault(`"${withoutPassword(address)}" is not an archive's address: ${why}; allowed is file:DIR`, {
    code: 'archive-bad-address',
    cure: 'Give file:DIR, e.g. --archive file:.parallax/archive.',
  });
}
