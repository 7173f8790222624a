// What writers that were killed have left in the archive: parts of objects that S3 keeps, and charges for.
import type { S3Options } from './s3/options.ts';
import { openS3Archive, type UnfinishedUpload } from './s3/s3-archive.ts';

/** Of an archive on S3; a folder clears its own leftovers. @throws Fault as a listing does */
export async function unfinishedUploads(address: string, s3: S3Options = {}): Promise<readonly UnfinishedUpload[]> {
  if (!/^s3:/i.test(address)) return [];
  const archive = openS3Archive(address, s3);
  try {
    return await Array.fromAsync(archive.unfinished());
  } finally {
    await archive.close();
  }
}
