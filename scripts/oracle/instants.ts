// Points in time as docs/experiment.md says they are read, for the oracle: read piece by piece, counted by the platform's
// own calendar.

const NANOS = 1_000_000_000n;
const DAY = 24n * 3_600n * NANOS;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ');
const ZONES = new Map(
  Object.entries({ ut: 0, utc: 0, gmt: 0, edt: -4, est: -5, cdt: -5, cst: -6, mdt: -6, mst: -7, pdt: -7, pst: -8 }),
);

/** Nanoseconds: of an instant since 1970, of a time of day since midnight. Only two of one sort are ever close. */
export interface Moment {
  readonly sort: 'instant' | 'clock';
  readonly nanos: bigint;
}

export function momentOf(text: string): Moment | undefined {
  if (text.length > 80) return undefined;
  for (const read of [iso, epoch, mail]) {
    const nanos = read(new Reader(text));
    if (nanos !== undefined) return { sort: 'instant', nanos };
  }
  const nanos = clock(new Reader(text));
  return nanos === undefined ? undefined : { sort: 'clock', nanos };
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at === this.text.length;
  }

  get isDigit(): boolean {
    return DIGITS.includes(this.text[this.at] ?? ' ');
  }

  get rest(): number {
    return this.text.length - this.at;
  }

  /** Exactly so many digits, or undefined. */
  digits(count: number): number | undefined {
    const piece = this.text.slice(this.at, this.at + count);
    if (piece.length < count || [...piece].some((one) => one < '0' || one > '9')) return undefined;
    this.at += count;
    return Number(piece);
  }

  one(of: string): string | undefined {
    const next = this.text[this.at];
    if (next === undefined || !of.includes(next)) return undefined;
    this.at++;
    return next;
  }

  /** As many as there are, of these. */
  all(of: string): string {
    const from = this.at;
    while (this.one(of) !== undefined);
    return this.text.slice(from, this.at);
  }
}

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function iso(reader: Reader): bigint | undefined {
  const year = reader.digits(4);
  const isBasic = reader.one('-') === undefined;
  const month = reader.digits(2);
  if (!isBasic && reader.one('-') === undefined) return undefined;
  const date = dateOf(year, month, reader.digits(2));
  if (date === undefined) return undefined;
  if (reader.done) return isBasic ? undefined : date;
  if (reader.one(isBasic ? 'Tt' : 'Tt ') === undefined) return undefined;
  const hour = reader.digits(2);
  if (!isBasic && reader.one(':') === undefined) return undefined;
  const minute = reader.digits(2);
  const hasSecond = isBasic ? reader.isDigit : reader.one(':') !== undefined;
  const second = hasSecond ? reader.digits(2) : 0;
  const fraction = hasSecond ? fractionOf(reader, 9) : 0n;
  const zone = zoneOf(reader);
  if (zone === undefined || fraction === undefined || !reader.done) return undefined;
  return instant(date, [hour, minute, second], fraction, zone);
}

/** Seconds east of UTC; none stated is UTC. */
function zoneOf(reader: Reader): number | undefined {
  if (reader.done || reader.one('Zz') !== undefined) return 0;
  const sign = reader.one('+-');
  const hours = reader.digits(2);
  const hasMinutes = reader.one(':') !== undefined || !reader.done;
  const minutes = hasMinutes ? reader.digits(2) : 0;
  if (sign === undefined || hours === undefined || minutes === undefined || hours > 23 || minutes > 59)
    return undefined;
  return (hours * 3_600 + minutes * 60) * (sign === '-' ? -1 : 1);
}

/** Behind a point or a comma, in nanoseconds; `places` counts may be stated exactly. Without one, nothing. */
function fractionOf(reader: Reader, places: number, points = '.,'): bigint | undefined {
  if (reader.one(points) === undefined) return 0n;
  const written = reader.all(DIGITS);
  if (written === '' || written.length > 30) return undefined;
  const fraction = written.padEnd(places, '0');
  return /[1-9]/.test(fraction.slice(places)) ? undefined : BigInt(fraction.slice(0, places));
}

function epoch(reader: Reader): bigint | undefined {
  const digits = reader.all(DIGITS);
  if (digits.startsWith('0') || (digits.length !== 10 && digits.length !== 13)) return undefined;
  const places = digits.length === 10 ? 9 : 6;
  const fraction = fractionOf(reader, places, '.');
  return fraction === undefined || !reader.done ? undefined : BigInt(digits) * 10n ** BigInt(places) + fraction;
}

/** RFC 2822, and HTTP's dates with it. */
function mail(reader: Reader): bigint | undefined {
  const weekday = reader.all(LETTERS).toLowerCase();
  if (weekday !== '' && (reader.one(',') === undefined || reader.one(' ') === undefined)) return undefined;
  const day = reader.all(DIGITS);
  if (day.length > 2 || day === '' || reader.one(' ') === undefined) return undefined;
  const month = MONTHS.indexOf(reader.all(LETTERS).toLowerCase());
  if (month < 0 || reader.one(' ') === undefined) return undefined;
  const date = dateOf(reader.digits(4), month + 1, Number(day));
  if (date === undefined || reader.one(' ') === undefined) return undefined;
  if (weekday !== '' && WEEKDAYS[new Date(Number(date / 1_000_000n)).getUTCDay()] !== weekday) return undefined;
  const hour = reader.digits(2);
  const minute = reader.one(':') === undefined ? undefined : reader.digits(2);
  const second = reader.one(':') === undefined ? 0 : reader.digits(2);
  if (reader.one(' ') === undefined || reader.done) return undefined;
  const named = reader.all(LETTERS).toLowerCase();
  const hours = named === '' ? undefined : ZONES.get(named);
  const zone =
    named === '' ? (reader.rest === 5 ? zoneOf(reader) : undefined) : hours === undefined ? hours : hours * 3_600;
  if (zone === undefined || !reader.done) return undefined;
  return instant(date, [hour, minute, second], 0n, zone);
}

function clock(reader: Reader): bigint | undefined {
  const hour = reader.digits(2);
  const minute = reader.one(':') === undefined ? undefined : reader.digits(2);
  const second = reader.one(':') === undefined ? undefined : reader.digits(2);
  const fraction = fractionOf(reader, 9);
  const time = timeOf([hour, minute, second], 59);
  return time === undefined || fraction === undefined || !reader.done ? undefined : time + fraction;
}

type Clock = readonly [hour: number | undefined, minute: number | undefined, second: number | undefined];

function timeOf([hour = 24, minute = 60, second = 61]: Clock, lastSecond: number): bigint | undefined {
  if (hour > 23 || minute > 59 || second > lastSecond) return undefined;
  return BigInt(hour * 3_600 + minute * 60 + second) * NANOS;
}

function instant(date: bigint, time: Clock, fraction: bigint, zone: number): bigint | undefined {
  const ofDay = timeOf(time, 60);
  if (ofDay === undefined) return undefined;
  const whole = date + ofDay - BigInt(zone) * NANOS;
  // A leap second is the last of a month in UTC, and counts as the one after it.
  if (time[2] === 60 && (whole % DAY !== 0n || new Date(Number(whole / 1_000_000n)).getUTCDate() !== 1))
    return undefined;
  return whole + fraction;
}

/** Nanoseconds from 1970 to the day's midnight; undefined for a day that there is not. */
function dateOf(year = -1, month = 0, day = 0): bigint | undefined {
  if (year < 0) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? BigInt(date.getTime()) * 1_000_000n : undefined;
}
