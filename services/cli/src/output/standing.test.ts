// What a person sees of a service at work.
import type { Fields, OpenLogger } from '@parallax/platform';
import { expect, test } from 'vitest';
import { shownLogger } from './service-screen.ts';
import { archiverStanding, comparatorStanding, replayerStanding } from './standing.ts';

function time() {
  let at = 0;
  return { now: () => at, pass: (ms: number) => (at += ms) };
}

test('a comparator: judged, waiting, to read, the rate, and the time left', () => {
  const { now, pass } = time();
  const standing = comparatorStanding('orders', now);
  const cut = (judged: number, open: number, unread: number) =>
    standing({ event: 'cut-committed', judged, open, unread });
  expect(cut(0, 2, 10_000)).toBe('orders: 0 events judged, 2 wait, 10,000 to read');
  pass(2_000);
  expect(cut(4_000, 5, 6_000)).toBe('orders: 4,000 events judged, 5 wait, 6,000 to read; 2,000/s, about 3s left');
  pass(3_000);
  expect(cut(10_000, 0, 0)).toBe('orders: 10,000 events judged, 0 wait, all read; 2,000/s');
  expect(standing({ event: 'rows-written', pairs: 3 })).toBeUndefined();
});

test('an archiver: records and objects; a replayer: how much of the inputs is fed', () => {
  const { now, pass } = time();
  const archived = archiverStanding('orders', now);
  archived({ event: 'object-stored', records: 100 });
  pass(1_000);
  expect(archived({ event: 'object-stored', records: 300 })).toBe('orders: 400 records in 2 objects; 300/s');
  const fed = replayerStanding('build-b', now);
  expect(fed({ event: 'run-opened', inputs: 1_000 })).toBe('build-b: 0 of 1,000 inputs fed, 0 answers');
  fed({ event: 'records-fed', kind: 'answer', records: 7 });
  pass(2_000);
  expect(fed({ event: 'records-fed', kind: 'input', records: 500 })).toBe(
    'build-b: 500 of 1,000 inputs fed, 7 answers; 250/s, about 2s left',
  );
});

test('warnings and errors are said in full, above the line; all goes to the log', () => {
  const logged: string[] = [];
  const seen: string[] = [];
  const log = (_: Fields, message: string) => void logged.push(message);
  const logger: OpenLogger = { debug: log, info: log, warn: log, error: log, close: async () => undefined };
  const line = { update: (text: string) => seen.push(`line: ${text}`), done: () => void seen.push('cleared') };
  const shown = shownLogger(
    logger,
    line,
    ({ event }) => (event === 'x' ? 'stands so' : undefined),
    (message) => seen.push(message),
  );
  shown.debug({ event: 'x' }, 'an event');
  shown.info({ event: 'y' }, 'another');
  shown.warn({ err: new Error('it is down') }, 'The store does not answer.');
  expect(seen).toEqual(['line: stands so', 'cleared', 'The store does not answer.\n  it is down']);
  expect(logged).toEqual(['an event', 'another', 'The store does not answer.']);
});
