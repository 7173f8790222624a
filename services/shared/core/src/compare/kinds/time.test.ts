// Which texts and numbers are instants, exactly which, and how close two may be.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judged } from '../testing/told.ts';
import { instantOf } from './instant.ts';
import type { TimeRule } from './time.ts';

const time = (within?: string, path = ''): TimeRule => ({
  kind: 'time',
  name: 'clock',
  path,
  ...(within === undefined ? {} : { within }),
});
const same = (legacy: unknown, candidate: unknown, within?: string): boolean =>
  judged(JSON.stringify(legacy), JSON.stringify(candidate), time(within))[0] !== 'mismatch';

test('an instant in Zulu time is the one with a zone of no hours, whatever is wrong with it', () => {
  const two = fc.integer({ min: 0, max: 70 }).map((number) => String(number).padStart(2, '0'));
  const year = fc.integer({ min: 0, max: 9999 }).map((number) => String(number).padStart(4, '0'));
  const fraction = fc.stringMatching(/^(\.[0-9]{1,11})?$/);
  const spoilt = fc.option(fc.tuple(fc.nat(30), fc.constantFrom('x', '/', ':', ' ', '٣', '-')), { nil: undefined });
  fc.assert(
    fc.property(year, two, two, two, two, two, fraction, spoilt, (y, m, d, hour, minute, second, rest, spoil) => {
      const text = `${y}-${m}-${d}T${hour}:${minute}:${second}${rest}`;
      const [at, letter] = spoil ?? [text.length, ''];
      const written = at < text.length ? text.slice(0, at) + letter + text.slice(at + 1) : text;
      expect(instantOf(`${written}Z`)).toBe(instantOf(`${written}+00:00`));
    }),
    { numRuns: 5_000, seed: 1 },
  );
});

const MOMENT = 1_795_428_000n * 1_000_000_000n;

describe('an instant', () => {
  test.each([
    '2026-11-23T10:00:00Z',
    '2026-11-23t10:00:00z',
    '2026-11-23 10:00:00Z',
    '2026-11-23T10:00',
    '2026-11-23T10:00Z',
    '2026-11-23T10:00:00',
    '2026-11-23T10:00:00.000000000',
    '2026-11-23T10:00:00,0Z',
    '2026-11-23T11:00:00+01:00',
    '2026-11-23T11:00:00+0100',
    '2026-11-23T11:00:00+01',
    '2026-11-22T22:30:00-11:30',
    '20261123T100000Z',
    '20261123T1000',
    'Mon, 23 Nov 2026 10:00:00 GMT',
    'Mon, 23 Nov 2026 11:00:00 +0100',
    '23 Nov 2026 10:00 UT',
    'mon, 23 nov 2026 05:00:00 est',
    '1795428000',
    '1795428000.0',
    '1795428000000',
  ])('is read from %s', (text) => {
    expect(instantOf(text)).toBe(MOMENT);
  });

  test.each([
    ['2026-11-23', MOMENT - 36_000_000_000_000n],
    ['2026-11-23T10:00:00.000000001Z', MOMENT + 1n],
    ['2026-11-23T10:00:00.5', MOMENT + 500_000_000n],
    ['1795428000.000000001', MOMENT + 1n],
    ['1795428000000.000001', MOMENT + 1n],
    ['0000-02-29', -62_162_121_600n * 1_000_000_000n],
    ['1969-12-31T23:59:59.9Z', -100_000_000n],
    ['2016-12-31T23:59:60Z', 1_483_228_800n * 1_000_000_000n],
    ['2017-01-01T01:59:60.25+02:00', 1_483_228_800_250_000_000n],
    ['Sat, 31 Dec 2016 23:59:60 GMT', 1_483_228_800n * 1_000_000_000n],
  ] as const)('%s is exactly that', (text, nanos) => {
    expect(instantOf(text)).toBe(nanos);
  });

  test.each([
    ['a day no month has', '2026-02-30'],
    ['29 February in a common year', '2100-02-29'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['month 0', '2026-00-10'],
    ['an hour beyond the day', '2026-11-23T24:00:00Z'],
    ['minute 60', '2026-11-23T10:60:00Z'],
    ['second 60 within a day', '2026-11-23T10:00:60Z'],
    ['second 60 at the end of a day within a month', '2026-11-23T23:59:60Z'],
    ['second 61', '2016-12-31T23:59:61Z'],
    ['finer than a nanosecond', '2026-11-23T10:00:00.0000000001Z'],
    ['a zone beyond the day', '2026-11-23T10:00:00+24:00'],
    ['a zone by name in ISO', '2026-11-23T10:00:00 CET'],
    ['white space around', ' 2026-11-23T10:00:00Z'],
    ['a line break behind', '2026-11-23T10:00:00Z\n'],
    ['a date in other order', '23.11.2026'],
    ['a week date', '2026-W48-1'],
    ['a date as a number', '20261123'],
    ['a date and time as a number', '20261123100000'],
    ['seconds of nine digits', '179542800'],
    ['microseconds', '1795428000000000'],
    ['a negative epoch', '-1795428000'],
    ['a leading zero', '01795428000'],
    ['a weekday that is not the date’s', 'Tue, 23 Nov 2026 10:00:00 GMT'],
    ['a month by another name', 'Mon, 23 Nou 2026 10:00:00 GMT'],
    ['a zone RFC 2822 does not know', 'Mon, 23 Nov 2026 10:00:00 CET'],
    ['a year of two digits', 'Mon, 23 Nov 26 10:00:00 GMT'],
    ['digits of another script', '２０２６-11-23'],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(instantOf(text)).toBeUndefined();
  });

  test('is what Date makes of its own texts, to the millisecond', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(-62_167_219_200_000), max: new Date(253_402_300_799_999), noInvalidDate: true }),
        (date) => {
          expect(instantOf(date.toISOString())).toBe(BigInt(date.getTime()) * 1_000_000n);
          expect(instantOf(date.toUTCString())).toBe(BigInt(Math.floor(date.getTime() / 1000)) * 1_000_000_000n);
        },
      ),
    );
  });
});

describe('time', () => {
  test('how the zone and the kind of time are written does not count, what they mean does', () => {
    expect(judged({ at: '2026-11-23T10:00:00Z' }, { at: '2026-11-23T11:00:00+01:00' }, time(undefined, '/at'))).toEqual(
      ['equivalent', '/at changed (clock)'],
    );
    expect(judged({ at: '2026-11-23T10:00:00Z' }, { at: 1_795_428_000 }, time('0s', '/at'))).toEqual([
      'equivalent',
      '/at type-changed (clock)',
    ]);
    expect(same('2026-11-23T10:00:00Z', '2026-11-23T10:00:00+01:00')).toBe(false);
    expect(same('1795428000000', 1_795_428_000)).toBe(true);
    expect(judged('1.795428e9', '"2026-11-23T10:00"', time())[0]).toBe('equivalent');
  });

  test('a distance right at the limit is within it, one nanosecond more is not', () => {
    expect(same('2026-11-23T10:00:00Z', '2026-11-23T10:00:02Z', '2s')).toBe(true);
    expect(same('2026-11-23T10:00:02Z', '2026-11-23T10:00:00Z', '2s')).toBe(true);
    expect(same('2026-11-23T10:00:00Z', '2026-11-23T10:00:02.000000001Z', '2s')).toBe(false);
    expect(same('2026-11-23T10:00:00Z', '2026-11-23T10:00:00.0005Z', '0.5ms')).toBe(true);
    expect(same('2026-11-23T10:00:00Z', '2026-11-23T10:00:00.000500001Z', '0.5ms')).toBe(false);
  });

  test('times of day alone are close to each other, and to nothing else', () => {
    expect(same('10:11:12', '10:11:14', '2s')).toBe(true);
    expect(same('10:11:12', '10:11:14.1', '2s')).toBe(false);
    expect(same('10:11:12', '10:11:12.000')).toBe(true);
    expect(same('23:59:59', '00:00:00', '2s')).toBe(false);
    expect(same('00:00:00', '1970-01-01T00:00:00Z', '999999999d')).toBe(false);
    expect(same('24:00:00', '24:00:01', '2s')).toBe(false);
    expect(same('10:60:00', '10:60:01', '2s')).toBe(false);
    expect(same('10:11', '10:12', '999d')).toBe(false);
  });

  test('what is no instant on either side excuses nothing', () => {
    expect(same('2026-02-30', '2026-03-02', '999d')).toBe(false);
    expect(same('2026-11-23', null, '999d')).toBe(false);
    expect(same('2026-11-23', { at: '2026-11-23' }, '999d')).toBe(false);
    expect(same(20_261_123, 20_261_124, '2s')).toBe(false);
    expect(judged({ at: '2026-11-23' }, {}, time('2s', '/at'))).toEqual(['mismatch', '/at removed']);
    expect(same('x'.repeat(1_000), '2026-11-23', '2s')).toBe(false);
    expect(judged('1e999999999', '1795428000', time('2s'))[0]).toBe('mismatch');
  });

  test('within arrays without order, times are paired by what they mean', () => {
    const any = { kind: 'unordered', name: 'any order', path: '' } as const;
    const legacy = ['2026-11-23T10:00:00Z', '2026-11-23T10:00:02Z'];
    expect(judged(legacy, [1_795_428_003, '2026-11-23T10:00:01Z'], any, time('1s', '/*'))[0]).toBe('equivalent');
    expect(judged(legacy, [1_795_428_004, '2026-11-23T10:00:01Z'], any, time('1s', '/*'))[0]).toBe('mismatch');
    expect(judged(legacy, [1_795_428_002, '2026-11-23T11:00:00+01:00'], any, time(undefined, '/*'))[0]).toBe(
      'equivalent',
    );
  });
});
