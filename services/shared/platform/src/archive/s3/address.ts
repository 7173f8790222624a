// The address of an archive on S3: `s3://bucket/prefix`.
import { Fault } from '@parallax/core';
import { withoutPassword } from '../../config/options.ts';

export interface S3Place {
  readonly bucket: string;
  /** What every key of the archive begins with: '' or a path that ends in "/". */
  readonly root: string;
  /** Normalised, for messages. */
  readonly address: string;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
// S3 allows keys of 1,024 bytes; what the archive adds takes up to 650 (a topic has up to 249, twice).
const MAX_ROOT_BYTES = 370;

/** @throws Fault `archive-bad-address` */
export function s3Place(address: string): S3Place {
  const rest = /^s3:\/\/(.*)$/is.exec(address)?.[1];
  if (rest === undefined) throw bad(address, 'after "s3:" two slashes and a bucket are due');
  if (rest.includes('@')) throw bad(address, 'credentials do not belong into it');
  if (/[?#]/.test(rest)) throw bad(address, 'it takes no options after "?" or "#"');
  const [bucket = '', ...names] = rest.replace(/\/$/, '').split('/');
  if (!BUCKET.test(bucket) || bucket.includes('..')) {
    throw bad(address, `"${bucket}" is no bucket's name (3 to 63 of a-z, 0-9, "-" and ".")`);
  }
  const unfit = (name: string) => name === '' || name === '.' || name === '..' || /[\p{Cc}\\]/u.test(name);
  if (names.some(unfit))
    throw bad(address, 'its prefix has an empty name, ".", "..", a backslash or a control character');
  const root = names.length === 0 ? '' : `${names.join('/')}/`;
  if (!root.isWellFormed()) throw bad(address, 'its prefix is not valid Unicode');
  if (Buffer.byteLength(root) > MAX_ROOT_BYTES) throw bad(address, `its prefix has more than ${MAX_ROOT_BYTES} bytes`);
  return { bucket, root, address: `s3://${bucket}${root === '' ? '' : `/${root.slice(0, -1)}`}` };
}

function bad(address: string, why: string): Fault {
  return new Fault(`"${withoutPassword(address)}" is not an archive's address on S3: ${why}`, {
    code: 'archive-bad-address',
    cure: 'Give s3://BUCKET/PREFIX. Endpoint, region and credentials come from the AWS SDK’s own settings: AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile.',
  });
}
