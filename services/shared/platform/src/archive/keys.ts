// Which keys an archive takes: the same for every adapter, so that what one stores another can hold.
import { Fault } from '@parallax/core';

const MAX_KEY_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;
// Control characters and backslashes mean something to some file system or tool.
const FORBIDDEN = /[\p{Cc}\\]/u;

/** The key itself, or a fault: never a path out of the archive, never a name that some store would change. */
export function checkedKey(key: string): string {
  const why = refusal(key);
  if (why === undefined) return key;
  throw new Fault(`${JSON.stringify(key)} cannot be the key of an archived object: ${why}`, {
    code: 'archive-bad-key',
    cure: 'A key is a relative path of names with "/" between them, without ".", "..", "\\" or control characters.',
  });
}

function refusal(key: string): string | undefined {
  if (key === '') return 'it is empty';
  if (!key.isWellFormed()) return 'it is not valid Unicode';
  if (FORBIDDEN.test(key)) return 'it has a control character or a backslash';
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return `it has more than ${MAX_KEY_BYTES} bytes`;
  const names = key.split('/');
  if (names.includes('')) return 'it begins or ends with "/" or has two in a row';
  if (names.includes('.') || names.includes('..')) return 'it has "." or ".." for a name';
  if (names[0]?.startsWith('.')) return 'its first name begins with "."';
  if (names.some((name) => Buffer.byteLength(name) > MAX_SEGMENT_BYTES)) {
    return `one of its names has more than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return undefined;
}
