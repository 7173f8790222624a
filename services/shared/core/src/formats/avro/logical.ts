// Texts of numbers and of logical types: one text for one value, so that equal values of unlike types are equal.

/** Longest unscaled value of a decimal: turning bytes into digits takes more than linear time. */
export const LONGEST_DECIMAL_BYTES = 1_024;

const SMALLEST_NORMAL_FLOAT = 2 ** -126;

/** The shortest decimal that is this float again; JSON has none for what is not finite, which is a string. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 24) return String(value);
  for (let digits = Math.abs(value) < SMALLEST_NORMAL_FLOAT ? 1 : 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

export function doubleText(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

/** Two's complement, most significant byte first, of at most {@link LONGEST_DECIMAL_BYTES}. */
export function decimalText(bytes: Uint8Array, start: number, end: number, scale: number): string {
  const unscaled = end - start <= 6 ? smallInteger(bytes, start, end) : largeInteger(bytes, start, end);
  return scale === 0 ? String(unscaled) : scale > 1_000 ? `${unscaled}e-${scale}` : withPoint(unscaled, scale);
}

/** Of at most six bytes: exact in a double. */
function smallInteger(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 256 + (bytes[at] as number);
  return start < end && (bytes[start] as number) >= 0x80 ? value - 256 ** (end - start) : value;
}

function largeInteger(bytes: Uint8Array, start: number, end: number): bigint {
  let hex = '';
  for (let at = start; at < end; at++) hex += (bytes[at] as number).toString(16).padStart(2, '0');
  return BigInt.asIntN(8 * (end - start), BigInt(`0x${hex}`));
}

function withPoint(unscaled: number | bigint, scale: number): string {
  const digits = String(unscaled < 0 ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const PER_SECOND: Readonly<Record<string, bigint>> = { millis: 1_000n, micros: 1_000_000n, nanos: 1_000_000_000n };
const SECONDS_A_DAY = 86_400n;
/** The years 0 to 9999. */
const FIRST_MS = -62_167_219_200_000;
const LAST_MS = 253_402_300_799_999;

/**
 * Text of a date or time, without quotes. Fractions of a second have three digits, six or nine where that many are needed,
 * whatever the unit. Beyond the years 0 to 9999, or a day, it is the unit and the number, which only equals itself.
 */
export function timeText(logical: string, value: number | bigint): string {
  if (logical === 'timestamp-millis' && value >= FIRST_MS && value <= LAST_MS) {
    return new Date(Number(value)).toISOString();
  }
  if (logical === 'date') return dateText(BigInt(value)) ?? `date:${value}`;
  const unit = PER_SECOND[logical.slice(logical.lastIndexOf('-') + 1)] as bigint;
  const [seconds, fraction] = divided(BigInt(value), unit);
  const [day, second] = divided(seconds, SECONDS_A_DAY);
  const time = clockText(Number(second), fraction * (1_000_000_000n / unit));
  if (logical.startsWith('time-')) return day === 0n ? time : `${logical}:${value}`;
  const date = dateText(day);
  if (date === undefined) return `${logical}:${value}`;
  return `${date}T${time}${logical.startsWith('local-') ? '' : 'Z'}`;
}

/** Quotient rounded down, and what is left. */
function divided(value: bigint, by: bigint): [bigint, bigint] {
  const left = ((value % by) + by) % by;
  return [(value - left) / by, left];
}

function dateText(day: bigint): string | undefined {
  // 0000-01-01 and 9999-12-31.
  if (day < -719_528n || day > 2_932_896n) return undefined;
  return new Date(Number(day) * 86_400_000).toISOString().slice(0, 10);
}

function clockText(second: number, nanos: bigint): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const fraction = String(nanos)
    .padStart(9, '0')
    .replace(/(000){1,2}$/, '');
  return `${two(Math.floor(second / 3_600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}.${fraction}`;
}

/** A duration (three unsigned integers, least significant byte first) in the form of ISO 8601. */
export function durationText(bytes: Uint8Array, at: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 12);
  const ms = view.getUint32(8, true);
  const seconds = `${Math.floor(ms / 1_000)}.${String(ms % 1_000).padStart(3, '0')}`;
  return `P${view.getUint32(0, true)}M${view.getUint32(4, true)}DT${seconds}S`;
}

/** RFC 9562, lower case. */
export function uuidText(bytes: Uint8Array, at: number): string {
  let hex = '';
  for (let i = at; i < at + 16; i++) hex += (bytes[i] as number).toString(16).padStart(2, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
