// Points in time as systems write them, read strictly and exactly: nanoseconds since 1970-01-01T00:00:00Z.
//
// Read are ISO 8601 (a date; a date and a time of day, extended or basic, with a zone or without, which is UTC), RFC 2822
// with IMF-fixdate, and epoch numbers of 10 digits (seconds) or 13 (milliseconds) before the point: 2001-09-09 to
// 2286-11-20. Other lengths are as likely something else, 20261123 a date and not a day in 1970. A leap second is, as in
// POSIX, the second after it. Fractions finer than a nanosecond, 24:00, week and ordinal dates, and years of other than
// four digits are not read. What is not read is no instant, whatever it looks like.

const NANOS = 1_000_000_000n;
const DAY_SECONDS = 86_400;

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,30}))?)?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?)?$/;
const BASIC =
  /^(\d{4})(\d\d)(\d\d)[Tt](\d\d)(\d\d)(?:(\d\d)(?:[.,](\d{1,30}))?)?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?$/;
const MAIL =
  /^(?:([a-z]{3}), )?(\d{1,2}) ([a-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? (?:([+-])(\d\d)(\d\d)|([a-z]{2,3}))$/i;
const EPOCH = /^([1-9]\d{9}|[1-9]\d{12})(?:\.(\d{1,30}))?$/;
const CLOCK = /^(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,30}))?$/;
/** No instant is written longer. */
const LONGEST = 80;

const WEEKDAYS = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Hours from UTC, as RFC 2822 §4.3 gives them; it knows no others by name. */
const ZONES: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
};

/** Nanoseconds since the epoch, or undefined. */
export function instantOf(text: string): bigint | undefined {
  if (text.length > LONGEST) return undefined;
  const plain = plainInstant(text);
  if (plain !== undefined) return plain;
  const iso = ISO.exec(text) ?? BASIC.exec(text);
  if (iso !== null) return isoInstant(iso);
  return epochInstant(text) ?? mailInstant(text);
}

/** Far from every instant, in nanoseconds: no `within` is that long. */
const NO_DAY = -(10n ** 30n);

/**
 * The same for a time of day alone, `10:11:12` or `10:11:12.5` without a zone: on a day that is no day, so that it is close
 * to other times of day only. Midnight parts the last of them from the first.
 */
export function clockOf(text: string): bigint | undefined {
  const [, hour, minute, second, fraction = ''] = CLOCK.exec(text) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  return exact(NO_DAY + BigInt(seconds) * NANOS, fraction, 9);
}

/** `2026-11-23T10:11:12.345Z`, with up to nine digits or none: mostly nothing else is met, and expressions take long. */
function plainInstant(text: string): bigint | undefined {
  const { length } = text;
  const last = length - 1;
  const isPlain =
    length >= 20 &&
    length <= 30 &&
    text.charCodeAt(4) === 0x2d &&
    text.charCodeAt(7) === 0x2d &&
    text.charCodeAt(10) === 0x54 &&
    text.charCodeAt(13) === 0x3a &&
    text.charCodeAt(16) === 0x3a &&
    text.charCodeAt(last) === 0x5a &&
    (length === 20 || (length > 21 && text.charCodeAt(19) === 0x2e));
  if (!isPlain) return undefined;
  const hour = digitsAt(text, 11, 13);
  const minute = digitsAt(text, 14, 16);
  const second = digitsAt(text, 17, 19);
  const fraction = digitsAt(text, 20, last);
  const date = days(digitsAt(text, 0, 4), digitsAt(text, 5, 7), digitsAt(text, 8, 10));
  // Leap seconds, and what no day has, are left to those who read everything.
  if (date === undefined || Number.isNaN(date)) return undefined;
  if (!(hour <= 23 && minute <= 59 && second <= 59 && fraction >= 0)) return undefined;
  const nanos = length === 20 ? 0 : fraction * 10 ** (9 - (last - 20));
  return BigInt(date * DAY_SECONDS + hour * 3_600 + minute * 60 + second) * NANOS + BigInt(nanos);
}

/** NaN where another letter stands among them. */
function digitsAt(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function isoInstant(parts: RegExpExecArray): bigint | undefined {
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    ,
    sign,
    hours = '0',
    minutes = '0',
  ] = parts;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60);
  const date = days(Number(year), Number(month), Number(day));
  return instant(date, [Number(hour), Number(minute), Number(second)], fraction, offset);
}

function mailInstant(text: string): bigint | undefined {
  const parts = MAIL.exec(text);
  if (parts === null) return undefined;
  const [, weekday, day, month = '', year, hour, minute, second = '0', sign, hours = '0', minutes = '0', zone] = parts;
  const named = zone === undefined ? 0 : ZONES[zone.toLowerCase()];
  if (named === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const stated = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60);
  const date = days(Number(year), MONTHS.indexOf(month.toLowerCase()) + 1, Number(day));
  if (date === undefined) return undefined;
  // A weekday that is not the date's leaves open which of the two is meant.
  if (weekday !== undefined && WEEKDAYS[((date % 7) + 7) % 7] !== weekday.toLowerCase()) return undefined;
  return instant(date, [Number(hour), Number(minute), Number(second)], '', stated + named * 3_600);
}

function epochInstant(text: string): bigint | undefined {
  const [, digits, fraction = ''] = EPOCH.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return digits.length === 10
    ? exact(BigInt(digits) * NANOS, fraction, 9)
    : exact(BigInt(digits) * 1_000_000n, fraction, 6);
}

/** `offset`: seconds east of UTC. */
function instant(
  date: number | undefined,
  [hour, minute, second]: readonly [number, number, number],
  fraction: string,
  offset: number,
): bigint | undefined {
  if (date === undefined || hour > 23 || minute > 59 || second > 60) return undefined;
  const seconds = date * DAY_SECONDS + hour * 3_600 + minute * 60 + second - offset;
  // Leap seconds are the last of a month, in UTC.
  if (second === 60 && !isMonthStart(seconds)) return undefined;
  return exact(BigInt(seconds) * NANOS, fraction, 9);
}

/** `places`: decimal places of a nanosecond. */
function exact(whole: bigint, fraction: string, places: number): bigint | undefined {
  const digits = fraction.replace(/0+$/, '');
  return digits.length > places ? undefined : whole + BigInt(digits.padEnd(places, '0'));
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar; undefined for a day that no month has. */
function days(year: number, month: number, day: number): number | undefined {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month))) return undefined;
  // Years that begin in March end with the leap day.
  const shifted = month > 2 ? year : year - 1;
  const yearDays = shifted * 365 + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return yearDays + Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1 - 719_468;
}

function monthLength(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isMonthStart(seconds: number): boolean {
  if (seconds % DAY_SECONDS !== 0) return false;
  return new Date(seconds * 1000).getUTCDate() === 1;
}
