// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.

/** Where the multi-byte sequence that starts at `at` ends, or -1 when it is not one. */
export function sequenceEnd(bytes: Uint8Array, at: number, to: number): number {
  const lead = bytes[at] as number;
  const second = at + 1 < to ? (bytes[at + 1] as number) : 0;
  if (lead >= 0xc2 && lead <= 0xdf) return (second & 0xc0) === 0x80 ? at + 2 : -1;
  if (lead >= 0xe0 && lead <= 0xef) {
    const lowest = lead === 0xe0 ? 0xa0 : 0x80;
    const highest = lead === 0xed ? 0x9f : 0xbf;
    if (second < lowest || second > highest || at + 2 >= to) return -1;
    return ((bytes[at + 2] as number) & 0xc0) === 0x80 ? at + 3 : -1;
  }
  if (lead < 0xf0 || lead > 0xf4) return -1;
  const lowest = lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest || at + 3 >= to) return -1;
  if (((bytes[at + 2] as number) & 0xc0) !== 0x80) return -1;
  return ((bytes[at + 3] as number) & 0xc0) === 0x80 ? at + 4 : -1;
}

/** Whether all bytes are valid UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    if ((bytes[at] as number) < 0x80) at++;
    else {
      at = sequenceEnd(bytes, at, bytes.length);
      if (at < 0) return false;
    }
  }
  return true;
}
