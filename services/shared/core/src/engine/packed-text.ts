// Texts among bytes: one byte a unit where all are below 256, else two. Any text comes back as it was, also one that is
// no Unicode (a lone surrogate), which no UTF-8 encoder would keep apart from another. Hot path, for short texts.

const WIDE = 0x8000_0000 | 0;

/** Length in units, and whether they are two bytes wide, in one word. */
export function measureText(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return text.length | WIDE;
  return text.length;
}

export function bytesOfText(measured: number): number {
  return measured < 0 ? (measured & ~WIDE) * 2 : measured;
}

export function writeText(text: string, measured: number, bytes: Uint8Array, at: number): void {
  if (measured >= 0) {
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    return;
  }
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[at + 2 * i] = unit & 0xff;
    bytes[at + 2 * i + 1] = unit >>> 8;
  }
}

export function readText(measured: number, bytes: Uint8Array, at: number): string {
  const units = measured & ~WIDE;
  const width = measured < 0 ? 2 : 1;
  let text = '';
  for (let i = 0; i < units; i++) {
    const low = bytes[at + width * i] as number;
    text += String.fromCharCode(width === 1 ? low : low | ((bytes[at + 2 * i + 1] as number) << 8));
  }
  return text;
}

export function isText(text: string, measured: number, bytes: Uint8Array, at: number): boolean {
  if (text.length !== (measured & ~WIDE)) return false;
  if (measured >= 0) {
    for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
    return true;
  }
  return readText(measured, bytes, at) === text;
}
