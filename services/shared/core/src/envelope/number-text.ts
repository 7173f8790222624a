// One spelling for each JSON number, exactly, of any size: `1`, `1.0` and `10e-1` are all `1`.

/** Longest plain decimal; longer ones are written with an exponent. */
const PLAIN = 64;

/** Undefined when the exponent is beyond ±999,999,999. The text must be a JSON number. */
export function canonicalNumber(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const significant = (whole + fraction).replace(/^0+/, '');
  if (significant === '') return '0';
  if (exponent.replace(/^[+-]?0*/, '').length > 9) return undefined;
  const digits = stripTrailingZeros(significant);
  const scale = Number(exponent) - fraction.length + (significant.length - digits.length);
  if (scale >= 0 && digits.length + scale <= PLAIN) return `${sign}${digits}${'0'.repeat(scale)}`;
  if (scale < 0 && digits.length <= PLAIN && -scale <= PLAIN) {
    const padded = digits.padStart(1 - scale, '0');
    return `${sign}${padded.slice(0, scale)}.${padded.slice(scale)}`;
  }
  return `${sign}${digits}e${scale}`;
}

/** Not by a regular expression: one anchored at the end takes quadratic time on many zeros. */
function stripTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}
