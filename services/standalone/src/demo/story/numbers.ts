// Numbers as people read them.

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function secondsText(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** Never rounds up to 100 % or down to 0 %: those two are claims of their own. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return '-';
  const percent = (100 * part) / whole;
  if (part !== whole && percent > 99.9) return '> 99.9 %';
  if (part !== 0 && percent < 0.1) return '< 0.1 %';
  return `${percent.toFixed(part === 0 || part === whole ? 0 : 1)} %`;
}
