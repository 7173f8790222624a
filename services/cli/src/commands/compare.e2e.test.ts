// `parallax compare` as a person calls it: what it prints, what it leaves out, and how it ends.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ObjectEncoder } from '@parallax/platform';
import { afterAll, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-compare-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], stdout: 'pipe' | number = 'pipe'): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, 'compare', ...args], {
      cwd: folder,
      stdio: ['ignore', stdout, 'pipe'],
    });
    const answer = { stdout: '', stderr: '' };
    child.stdout?.on('data', (data) => {
      answer.stdout += data;
    });
    child.stderr?.on('data', (data) => {
      answer.stderr += data;
    });
    child.on('close', (code) => resolve({ code, ...answer }));
  });
}

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const line = (id: string | undefined, value: string, timestamp = 1): string =>
  `{${id === undefined ? '' : `"id":${JSON.stringify(id)},`}"timestamp":${timestamp},"value":${value}}`;

const compared = async (legacy: readonly string[], candidate: readonly string[], ...args: readonly string[]) => {
  const answer = await run([
    file('l.ndjson', legacy.join('\n')),
    file('c.ndjson', candidate.join('\n')),
    '--json',
    ...args,
  ]);
  const lines = answer.stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  return { ...answer, pairs: lines.slice(0, -1), summary: lines.at(-1)?.summary };
};

const sum = (columns: Readonly<Record<string, number>>): number =>
  Object.values(columns).reduce((all, events) => all + events, 0);

describe('two files', () => {
  test('of the same events agree, whatever the order of lines and the spelling of values', async () => {
    const { code, pairs, summary, stderr } = await compared(
      [line('a', '{"x":1,"y":[1.0]}'), line('b', '"ä"'), ''],
      [line('b', '"\\u00e4"'), `${line('a', '{ "y":[1e0], "x":1 }')}\r`],
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(pairs).toEqual([
      { id: 'a', outcome: 'match', differences: [] },
      { id: 'b', outcome: 'match', differences: [] },
    ]);
    expect(summary).toMatchObject({ verdict: 'PARITY', pairs: 2, parity: 1, unreadable: 0 });
  });

  test('the text of numbers is respected', async () => {
    const { code, stdout } = await compared([line('a', '9007199254740993')], [line('a', '9007199254740992.0')]);
    expect(code).toBe(1);
    // As text: reading it back into doubles would make both numbers one.
    expect(stdout).toMatch(
      /"path":"","kind":"changed","legacy":9007199254740993,"candidate":9007199254740992.0}],"signature":"v1:/,
    );
  });

  test('what one file lacks is missing, repeats are duplicates, and every event is in one column', async () => {
    const { code, pairs, summary } = await compared(
      [line('a', '1', 2), line('a', '0', 1), line('b', '1'), line('b', '1')],
      [line('a', '0', 1), line('c', '1'), line('a', '1', 2)],
    );
    expect(code).toBe(1);
    expect(pairs.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['a', 'match'],
      ['b', 'missing-candidate'],
      ['c', 'missing-legacy'],
    ]);
    expect(summary.ledger.legacy).toMatchObject({ agreed: 2, diverged: 1, duplicate: 1 });
    expect([sum(summary.ledger.legacy), sum(summary.ledger.candidate)]).toEqual([4, 3]);
  });

  test('the result is the same bytes whatever the order of lines', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => line(`id-${i % 100}`, `{"n":${i % 7}}`, i % 3));
    const shuffled = lines.map((_, i) => lines[(i * 77) % 300] ?? '');
    const other = lines.slice(3).map((text) => text.replace('"n":3', '"n":4'));
    const one = await compared(lines, other);
    const two = await compared(shuffled, [...other].reverse());
    expect(one.stdout).toBe(two.stdout);
    expect(one.summary.diverged).toBeGreaterThan(0);
  });
});

test('what an experiment masks is in nothing that is printed, ids included, and equal values look equal', async () => {
  const text = `experiment: test
legacy: { topic: a }
candidate: { topic: b }
privacy: { /who: hmac, /card: drop, id: hmac }
`;
  const path = file('private.yaml', text);
  const legacy = [line('SECRET-1', '{"who":"SECRET-a","card":"SECRET-c"}'), line('SECRET-2', '{"who":"SECRET-a"}')];
  const candidate = [line('SECRET-1', '{"who":"SECRET-b","card":1}'), line('SECRET-2', '{"who":"SECRET-b"}')];
  const refused = await run([file('l', legacy.join('\n')), file('c', candidate.join('\n')), '--experiment', path]);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('PARALLAX_PRIVACY_KEY');
  process.env.PARALLAX_PRIVACY_KEY = 'a key that nobody else has';
  try {
    const { code, pairs, stdout, stderr } = await compared(legacy, candidate, '--experiment', path);
    expect([code, stdout + stderr]).toEqual([1, expect.not.stringContaining('SECRET')]);
    const [one, other] = pairs.map(({ differences }) => differences[0]);
    expect(one).toMatchObject({ path: '/who', kind: 'changed', legacy: expect.stringMatching(/^hmac:[0-9a-f]{32}$/) });
    expect(other).toEqual(one);
    const shown = await run([file('l', legacy.join('\n')), file('c', candidate.join('\n')), '--experiment', path]);
    expect(shown.stdout + shown.stderr).not.toContain('SECRET');
  } finally {
    delete process.env.PARALLAX_PRIVACY_KEY;
  }
});

describe('an experiment', () => {
  const experiment = (more: string): string =>
    file(
      'experiment.yaml',
      `experiment: test\nlegacy: { topic: a, correlation: path:/no }\ncandidate: { topic: b, correlation: path:/meta/no }\n${more}`,
    );

  test('gives the rules, and the id where a line has none; the id of a line wins', async () => {
    const path = experiment(
      'rules:\n  - ignore: [ /meta ]\n  - tolerance: { path: /t, absolute: 0.01 }\n    name: cents\n',
    );
    const { code, pairs, stderr } = await compared(
      [line(undefined, '{"no":7,"t":1}'), line('x', '{"no":8,"t":1}')],
      [line(undefined, '{"no":7,"t":1.01,"meta":{"no":"7"}}'), line('x', '{"no":8,"t":2,"meta":{"no":9}}')],
      '--experiment',
      path,
    );
    expect(stderr).toBe('');
    expect(code).toBe(1);
    expect(pairs).toMatchObject([
      { id: '7', outcome: 'equivalent', differences: [{ path: '/t', rule: 'cents' }] },
      { id: 'x', outcome: 'mismatch', differences: [{ path: '/t' }] },
    ]);
  });

  test('takes known differences as accepted until their day; one that has expired is told of and counts', async () => {
    const path = experiment(
      'rules:\n  - known: { path: /a, owner: us, ticket: T-1, expires: 2999-01-01 }\n    severity: minor\n  - known: { path: /b, owner: us, ticket: T-2, expires: 2020-01-01 }\n    name: old\n',
    );
    const { code, pairs, stderr, summary } = await compared(
      [line('x', '{"a":1}'), line('y', '{"b":1}')],
      [line('x', '{"a":2}'), line('y', '{"b":2}')],
      '--experiment',
      path,
    );
    expect(stderr).toBe('The known difference old (us, T-2) has expired on 2020-01-01: it counts again.\n');
    expect(code).toBe(1);
    expect(pairs).toMatchObject([
      { id: 'x', outcome: 'known', differences: [{ path: '/a', rule: 'known#1', severity: 'minor' }] },
      { id: 'y', outcome: 'mismatch', differences: [{ path: '/b' }] },
    ]);
    expect(summary).toMatchObject({ accepted: 1, diverged: 1 });
  });

  test('with criteria, parity decides', async () => {
    const lines = Array.from({ length: 10 }, (_, i) => line(`${i}`, '1'));
    const path = experiment('criteria: { parity: 90% }\n');
    const good = await compared(lines, [...lines.slice(1), line('0', '2')], '--experiment', path);
    expect([good.code, good.summary.verdict]).toEqual([0, 'PARITY']);
    const bad = await compared(lines, [...lines.slice(2), line('0', '2'), line('1', '2')], '--experiment', path);
    expect([bad.code, bad.summary.verdict]).toEqual([1, 'DIVERGING']);
  });

  test('with faults is told before anything is compared', async () => {
    const answer = await compared([], [], '--experiment', experiment('rulez: []\n')).catch(() => undefined);
    expect(answer).toBeUndefined();
    const { code, stdout, stderr } = await run(['l.ndjson', 'c.ndjson', '--experiment', 'experiment.yaml']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('rulez');
  });
});

describe('archive objects', () => {
  test('are compared as the log had them, ids found by correlation', async () => {
    const object = (...values: readonly string[]): Uint8Array => {
      const encoder = new ObjectEncoder({ topic: 't', partition: 0, timestampType: 'create' });
      values.forEach((value, offset) => {
        encoder.add({
          offset,
          timestamp: offset,
          key: null,
          value: Buffer.from(value),
          headers: [['correlation-id', Buffer.from(`id-${offset}`)]],
        });
      });
      return encoder.snapshot().body;
    };
    const { code, stdout } = await run([
      file('l.avro', object('{"a":1}', '2')),
      file('c.ndjson', `${line('id-0', '{"a":1.0}')}\n${line('id-1', '3')}`),
      '--json',
    ]);
    expect(code).toBe(1);
    expect(
      stdout
        .split('\n')
        .slice(0, 2)
        .map((text) => JSON.parse(text).outcome),
    ).toEqual(['match', 'mismatch']);
  });
});

describe('trouble', () => {
  test('a line that cannot be read is told with its place and counted; the rest goes on; nothing is called missing for it', async () => {
    const { code, pairs, summary, stderr } = await compared(
      [line('a', '1'), line('b', '1')],
      [line('a', '1'), '', '{"id":"b","timestamp":1,"val'],
    );
    expect(code).toBe(2);
    expect(stderr).toContain('c.ndjson:3: not JSON');
    expect(pairs).toEqual([
      { id: 'a', outcome: 'match', differences: [] },
      { id: 'b', outcome: 'inconclusive', reason: 'evidence-lost', differences: [] },
    ]);
    expect(summary).toMatchObject({
      unreadable: 1,
      ledger: { candidate: { agreed: 1, undecodable: 1 }, legacy: { agreed: 1, undecided: 1 } },
    });
  });

  test.each([
    ['no id', line(undefined, '{}'), 'no-id'],
    ['no value', '{"id":"a","timestamp":1}', 'undecodable'],
    ['a member twice', '{"id":"a","id":"b","timestamp":1,"value":1}', 'undecodable'],
    ['a timestamp that is none', '{"id":"a","timestamp":"now","value":1}', 'undecodable'],
    ['no object', '[1]', 'undecodable'],
    ['a control character', '{"id":"\u0000","timestamp":1,"value":1}', 'undecodable'],
  ])('a line with %s is counted and ends in 2', async (_, text, column) => {
    const { code, summary, stderr } = await compared([line('x', '1'), text], [line('x', '1')]);
    expect([code, summary.ledger.legacy[column], summary.ledger.legacy.agreed]).toEqual([2, 1, 1]);
    expect(stderr).toContain('l.ndjson:2:');
  });

  test('empty files are no data', async () => {
    const { code, summary, stderr } = await compared([], ['']);
    expect([code, summary.verdict]).toEqual([2, 'NO DATA']);
    expect(stderr).toContain('l.ndjson holds no event.');
  });

  test('a file that is not there, and a folder, are told', async () => {
    const absent = await run([file('l.ndjson', line('a', '1')), 'nowhere.ndjson']);
    expect([absent.code, absent.stdout]).toEqual([2, '']);
    expect(absent.stderr).toContain('There is no file nowhere.ndjson');
    const directory = await run(['.', 'l.ndjson']);
    expect([directory.code, directory.stderr.includes('. is a directory')]).toEqual([2, true]);
  });

  test('a cut archive object is not compared', async () => {
    const encoder = new ObjectEncoder({ topic: 't', partition: 0, timestampType: 'create' });
    encoder.add({ offset: 0, timestamp: 0, key: Buffer.from('a'), value: Buffer.from('1'), headers: [] });
    const { code, stderr } = await run([
      file('cut.avro', encoder.snapshot().body.subarray(0, -9)),
      file('l.ndjson', line('a', '1')),
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('cut.avro');
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk ends in 2, with the reason', async () => {
    const full = openSync('/dev/full', 'w');
    const path = file('l.ndjson', line('a', '1'));
    const { code, stderr } = await run([path, path], full);
    closeSync(full);
    expect([code, stderr.includes('no space left')]).toEqual([2, true]);
  });
});

describe('for people', () => {
  test('verdict, counts, ledger and the kinds of divergence with an example', async () => {
    const legacy = file('l.ndjson', [line('a', '{"t":1}'), line('b', '{"t":1}'), line('c', '1')].join('\n'));
    const candidate = file('c.ndjson', [line('a', '{"t":2}'), line('b', '{"t":1}')].join('\n'));
    const { code, stdout } = await run([legacy, candidate]);
    expect(code).toBe(1);
    for (const words of [
      'DIVERGING',
      '3 pairs, parity 33.33 %',
      'missing-candidate',
      'at /t',
      'example "a"',
      'legacy 1',
      'read',
    ]) {
      expect(stdout).toContain(words);
    }
  });
});

describe('what rules did', () => {
  const RULED = `experiment: ruled
legacy: { topic: a }
candidate: { topic: b }
rules:
  - { ignore: /at, name: noise }
  - { tolerance: { path: /total, absolute: 0.01 }, name: cents }
  - { nullish: { path: /nowhere, same: [ null, missing ] }, name: nobody }
  - { tolerance: { path: /n, absolute: 1 }, name: strict }
`;
  const legacy = [line('p', '{"at":1,"total":1.00,"n":1}'), line('q', '{"at":1,"total":5,"n":1}')];
  const candidate = [line('p', '{"at":2,"total":1.01,"n":1}'), line('q', '{"at":2,"total":5,"n":1}')];

  test('is in the summary, and which of them never did anything', async () => {
    const args = ['--experiment', file('ruled.yaml', RULED)];
    const { summary } = await compared(legacy, candidate, ...args);
    expect(summary.rules).toEqual([
      { name: 'noise', kind: 'ignore', places: null, pairs: null },
      { name: 'cents', kind: 'tolerance', places: 1, pairs: 1 },
      { name: 'nobody', kind: 'nullish', places: 0, pairs: 0, remark: 'never-met' },
      { name: 'strict', kind: 'tolerance', places: 0, pairs: 0, remark: 'never-hit' },
    ]);
    const { stdout } = await run(['l.ndjson', 'c.ndjson', ...args]);
    expect(stdout).toMatch(/nobody +nullish +0 +0 +no event had its place/);
  });

  test('is told of one pair, with what is not compared at all', async () => {
    const args = ['--experiment', file('ruled.yaml', RULED), '--explain', 'p'];
    const [left, right] = [file('l.ndjson', legacy.join('\n')), file('c.ndjson', candidate.join('\n'))];
    const people = await run([left, right, ...args]);
    expect([people.code, people.stdout]).toEqual([
      0,
      `"p": equivalent

Differences that rules excuse:
  /total  changed  legacy 1.00  candidate 1.01  excused by rule cents

Differences at places that are not compared:
  /at  changed  legacy 1  candidate 2  excused by rule noise

The rules:
  /at not compared (noise)
  numbers at /total the same if they differ by at most 0.01 (cents)
`,
    ]);
    const programs = await run([left, right, ...args, '--json']);
    expect(JSON.parse(programs.stdout)).toMatchObject({
      id: 'p',
      outcome: 'equivalent',
      differences: [{ path: '/total', rule: 'cents' }],
      notCompared: [{ path: '/at', rule: 'noise' }],
      rules: [{ name: 'noise' }, { name: 'cents' }],
    });
    const absent = await run([left, right, '--explain', 'zz']);
    expect([absent.code, absent.stderr.includes('Neither file has an event with the id "zz"')]).toEqual([2, true]);
  });
});
