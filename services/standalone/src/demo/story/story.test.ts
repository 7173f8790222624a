import { describe, expect, test } from 'vitest';
import { faultPlan } from '../faults.ts';
import { faultsBlock, ledgerBlock, type SignatureSummary, signaturesBlock, verdictBlock } from './answer.ts';
import { closing, type SideBySide, sideBySide } from './builds.ts';
import { aftermath, progressLine, shutdown } from './live.ts';
import { shareText } from './numbers.ts';
import { opening } from './opening.ts';
import { columns, NO_PAINT, paintFor, unpainted, WIDTH } from './paint.ts';
import { Screen } from './screen.ts';

const COLOUR = paintFor({ isTTY: true }, undefined);
const LONG = `@scope/${'a-rather-long-package-name/'.repeat(5)}README.md`;
const PLAN = faultPlan({ seed: 7, documents: [LONG, 'b.md', 'c.md', 'd.md'], settleMs: 500, deadlineMs: 5_000 });

const OPENING = {
  question: 'Does the new version make of every document what the old one makes of it? '.repeat(2),
  documents: 1236,
  bytes: 2_400_000,
  perSecond: 25,
  already: 0,
  legacy: 'marked 4',
  buildA: 'marked 18',
  buildB: 'marked 18 with a plugin',
  settle: '500ms',
  deadline: '5s',
  plan: PLAN,
  experimentFile: 'experiment.yaml',
  folder: '.parallax/demo',
};

const SIGNATURE: SignatureSummary = {
  signature: 'v1:0123456789abcdef0123456789abcdef',
  pairs: 68,
  patterns: ['/html/heading/*', '/text/*'],
  id: LONG,
  examples: [
    { path: '/html/heading/0', kind: 'changed', legacy: '"<h1 id=\\"a\\">A</h1>"', candidate: '"<h1>A</h1>"' },
    { path: '/links/3', kind: 'added', legacy: null, candidate: `{"href":"${'x'.repeat(300)}"}` },
    { path: '/text/0', kind: 'changed', legacy: '"never shown"', candidate: '"third"' },
  ],
};

const SIDE_BY_SIDE: SideBySide = {
  a: { name: 'build A', run: 'live', outcomes: { equivalent: 1, mismatch: 117, 'missing-candidate': 2 } },
  b: { name: 'build B', run: 'build-b', outcomes: { equivalent: 129, mismatch: 107 } },
  fixed: { count: 61, examples: [{ document: 'a.md', difference: SIGNATURE.examples[0]! }] },
  remaining: { count: 58, examples: [{ document: LONG }] },
  introduced: { count: 0, examples: [] },
  steady: 1,
  onlyB: { agreed: 67, diverged: 49 },
  places: [{ pattern: '/html/heading/*', a: 118, b: 15 }],
};

const LEDGER = {
  legacy: { consumed: 121, columns: { agreed: 1, diverged: 119, duplicate: 1 } },
  candidate: { consumed: 121, columns: { agreed: 1, diverged: 117, duplicate: 3 } },
};

const USAGE = { kind: 'usage', residentBytes: 121_000_000, cpuMs: 1_300, uptimeMs: 6_500, documents: 120 } as const;
const COUNTERS = { fed: 121, legacy: 121, candidate: 120, archived: 119 };

function everything(paint = NO_PAINT): string[] {
  const progress = {
    fed: 1118,
    total: 1236,
    legacy: 1118,
    candidate: 1115,
    build: 'build A',
    agreed: 1,
    diverged: 101,
  };
  return [
    ...opening(OPENING, paint),
    progressLine({ ...progress, archived: 3351 }, paint),
    ...shutdown({ pid: 4711, usage: USAGE, legacyUsage: USAGE, tookMs: 31 }, paint),
    ...aftermath(
      { elapsedMs: 6_200, before: COUNTERS, after: { ...COUNTERS, fed: 236, legacy: 236, archived: 236 } },
      paint,
    ),
    ...verdictBlock(
      { title: 'live', verdict: 'DIVERGING', outcomes: { match: 1, mismatch: 119 }, sinceStartMs: 9_000 },
      paint,
    ),
    ...ledgerBlock(LEDGER, paint),
    ...signaturesBlock([SIGNATURE], 119, paint),
    ...faultsBlock(
      PLAN.faults.map((fault) => ({ fault, found: true, evidence: 'e'.repeat(80) })),
      paint,
    ),
    ...sideBySide(SIDE_BY_SIDE, paint),
  ];
}

describe('the screen', () => {
  test('never takes more than its width, commands apart, which are never cut', () => {
    for (const line of everything()) expect(columns(line), line).toBeLessThanOrEqual(WIDTH);
    const command = `npm run --silent parallax -- explain ${LONG}`;
    expect(closing([{ line: command, purpose: 'one document' }], NO_PAINT)).toContain(`  ${command}`);
  });

  test('says the same with colours as without', () => {
    const painted = everything(COLOUR);
    expect(painted.join('\n')).not.toEqual(everything().join('\n'));
    expect(painted.map(unpainted)).toEqual(everything());
  });

  test('is plain off a terminal and under NO_COLOR', () => {
    expect(paintFor({}, undefined)).toBe(NO_PAINT);
    expect(paintFor({ isTTY: true }, '1')).toBe(NO_PAINT);
    expect(paintFor({ isTTY: true }, '')).not.toBe(NO_PAINT);
  });

  test('ends no line with white space', () => {
    for (const line of everything()) expect(line).toBe(line.trimEnd());
  });
});

test('the opening states the window, the seed and every planned fault', () => {
  const text = opening(OPENING, NO_PAINT).join('\n');
  expect(text).toContain('settle 500ms, deadline 5s');
  expect(text).toContain('seed 7');
  for (const { document } of PLAN.faults) expect(text).toContain(document.slice(-9));
});

test('a ledger that balances says so, one that does not says by how much', () => {
  expect(ledgerBlock(LEDGER, NO_PAINT).at(-1)).toMatch(/balances +balances/);
  const short = { ...LEDGER, legacy: { consumed: 1_125, columns: LEDGER.legacy.columns } };
  expect(ledgerBlock(short, NO_PAINT).at(-1)).toMatch(/off by 1,004 +balances/);
});

test('a ledger shows rare columns only where there is something in them', () => {
  expect(ledgerBlock(LEDGER, NO_PAINT).join('\n')).not.toContain('no-id');
  const rare = {
    ...LEDGER,
    candidate: { consumed: 123, columns: { ...LEDGER.candidate.columns, 'no-id': 2 } },
  } as const;
  expect(ledgerBlock(rare, NO_PAINT).join('\n')).toMatch(/no-id +0 +2\n/);
});

test('a verdict without divergence claims the 3/n bound and no more', () => {
  const block = (outcomes: object) =>
    verdictBlock({ title: 'live', verdict: 'PARITY', outcomes, sinceStartMs: 0 }, NO_PAINT).join('\n');
  expect(block({ match: 300 })).toContain('No divergence in 300 pairs bounds its rate near 3/n = 1.0 %');
  expect(block({ match: 299, mismatch: 1 })).not.toContain('3/n');
});

test('a signature shows the first two of its differences around the place where they part', () => {
  const text = signaturesBlock([SIGNATURE], 119, NO_PAINT).join('\n');
  expect(text).toContain('68 pairs (57.1 %)');
  expect(text).toContain('legacy    <h1 id="a">A</h1>');
  expect(text).not.toContain('never shown');
});

test('a share is rounded to none or all only where it is none or all', () => {
  expect(shareText(9_999, 10_000)).toBe('> 99.9 %');
  expect(shareText(1, 10_000)).toBe('< 0.1 %');
  expect(shareText(10, 10)).toBe('100 %');
  expect(shareText(0, 0)).toBe('-');
});

test('the two builds are counted on the documents both answered', () => {
  const text = sideBySide(SIDE_BY_SIDE, NO_PAINT).join('\n');
  expect(text).toContain('Of the 120 documents both builds were judged on:');
  expect(text).toMatch(/fixed +61 +50\.8 %/);
  expect(text).toContain('new: none');
  expect(text).toContain('67 agree, 49 diverge');
});

describe('the status line', () => {
  const recording = (isTTY: boolean, terminalColumns = 80) => {
    const written: string[] = [];
    const stream = { isTTY, columns: terminalColumns, write: (text: string) => written.push(text) };
    return { written, stream };
  };

  test('is rewritten in place on a terminal and stays above what follows', () => {
    const { written, stream } = recording(true);
    const screen = new Screen({ stream, noColor: undefined, now: () => 0 });
    screen.status('one');
    screen.status('two');
    screen.say(['done']);
    expect(written.join('')).toBe('\r\u001b[Kone\r\u001b[Ktwo\ndone\n');
  });

  test('is cut to a narrow terminal, where a wrapped one could not be rewritten', () => {
    const { written, stream } = recording(true, 10);
    new Screen({ stream, noColor: undefined, now: () => 0 }).status('0123456789ab');
    expect(written.join('')).toBe('\r\u001b[K01234567…');
  });

  test('off a terminal comes now and then, as plain lines', () => {
    const { written, stream } = recording(false);
    let time = 0;
    const screen = new Screen({ stream, noColor: undefined, now: () => time });
    for (time = 0; time <= 4_000; time += 500) screen.status(`at ${time}`);
    expect(written).toEqual(['at 0\n', 'at 2000\n', 'at 4000\n']);
  });
});
