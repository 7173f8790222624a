// What an Avro value becomes in the common value model, as docs/formats.md says it, for the fuzzer's labels.
import { exact, type Value } from '../../oracle/value.ts';
import type { Datum, Shape } from './shape.ts';

export function meaning(of: Shape, datum: Datum): Value {
  switch (of.t) {
    case 'null':
      return { kind: 'literal', text: 'null' };
    case 'boolean':
      return { kind: 'literal', text: datum === true ? 'true' : 'false' };
    case 'int':
    case 'long':
      return of.logical === undefined || UNITS[of.logical] === undefined
        ? { kind: 'number', value: exact(String(datum)) }
        : { kind: 'string', text: timeText(of.logical, datum as bigint) };
    case 'float':
    case 'double':
      return double(datum as number, of.t === 'float');
    case 'string':
      return { kind: 'string', text: datum as string };
    case 'enum':
      return { kind: 'string', text: of.symbols[Number(datum)] ?? '' };
    case 'bytes':
    case 'fixed':
      return bytes(datum as Uint8Array, of);
    case 'array':
      return { kind: 'array', items: (datum as readonly Datum[]).map((item) => meaning(of.items, item)) };
    case 'map':
      return {
        kind: 'object',
        members: new Map(
          [...(datum as ReadonlyMap<string, Datum>)].map(([name, value]) => [name, meaning(of.values, value)]),
        ),
      };
    case 'union': {
      const { branch, of: inner } = datum as { readonly branch: number; readonly of: Datum };
      return meaning(of.branches[branch] as Shape, inner);
    }
    case 'record': {
      const members = datum as ReadonlyMap<string, Datum>;
      return {
        kind: 'object',
        members: new Map(of.fields.map(([name, type]) => [name, meaning(type, members.get(name) as Datum)])),
      };
    }
  }
}

/** The shortest decimal that is this number again. */
function double(value: number, isFloat: boolean): Value {
  if (!Number.isFinite(value)) return { kind: 'string', text: String(value) };
  let digits = 1;
  const back = (text: string): number => (isFloat ? Math.fround(Number(text)) : Number(text));
  while (back(value.toPrecision(digits)) !== value) digits++;
  return { kind: 'number', value: exact(value.toPrecision(digits)) };
}

function bytes(value: Uint8Array, of: Extract<Shape, { t: 'bytes' | 'fixed' }>): Value {
  const hex = [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (of.logical === 'decimal' && 'scale' in of) {
    const unscaled = hex === '' ? 0n : BigInt.asIntN(8 * value.length, BigInt(`0x${hex}`));
    return { kind: 'number', value: exact(`${unscaled}e-${of.scale}`) };
  }
  if (of.logical === 'uuid') {
    return { kind: 'string', text: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') };
  }
  if (of.logical === 'duration') {
    const [months, days, ms] = [0, 4, 8].map((at) =>
      value.slice(at, at + 4).reduceRight((sum, byte) => sum * 256 + byte, 0),
    );
    const fraction = String((ms ?? 0) % 1_000).padStart(3, '0');
    return { kind: 'string', text: `P${months}M${days}DT${Math.floor((ms ?? 0) / 1_000)}.${fraction}S` };
  }
  return { kind: 'string', text: [...value].map((byte) => String.fromCharCode(byte)).join('') };
}

/** Units a second. */
const UNITS: Readonly<Record<string, bigint>> = {
  date: 0n,
  'time-millis': 1_000n,
  'time-micros': 1_000_000n,
  'timestamp-millis': 1_000n,
  'timestamp-micros': 1_000_000n,
  'timestamp-nanos': 1_000_000_000n,
  'local-timestamp-millis': 1_000n,
};

function timeText(logical: string, value: bigint): string {
  if (logical === 'date') {
    const date = dayText(value);
    return date ?? `date:${value}`;
  }
  const unit = UNITS[logical] ?? 1n;
  const day = floor(value, unit * 86_400n);
  const rest = value - day * unit * 86_400n;
  const [second, part] = [Number(rest / unit), (rest % unit) * (1_000_000_000n / unit)];
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  let fraction = String(part).padStart(9, '0');
  while (fraction.length > 3 && fraction.endsWith('000')) fraction = fraction.slice(0, -3);
  const clock = `${two(second / 3_600)}:${two((second / 60) % 60)}:${two(second % 60)}.${fraction}`;
  if (logical.startsWith('time-')) return day === 0n ? clock : `${logical}:${value}`;
  const date = dayText(day);
  return date === undefined ? `${logical}:${value}` : `${date}T${clock}${logical.startsWith('local') ? '' : 'Z'}`;
}

function floor(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}

/** Of the years 0 to 9999. */
function dayText(day: bigint): string | undefined {
  const date = new Date(Number(day) * 86_400_000);
  const year = date.getUTCFullYear();
  return Number.isNaN(year) || year < 0 || year > 9999 ? undefined : date.toISOString().slice(0, 10);
}
