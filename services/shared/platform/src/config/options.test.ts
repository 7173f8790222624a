// Options are read whole, teach what is wrong, and keep secrets.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@parallax/core';
import { expect, onTestFinished, test } from 'vitest';
import { integer, oneOf, option, readOptions, redacted, text, withoutPassword } from './options.ts';

const OPTIONS = {
  log: option({ name: 'log', env: 'P_LOG', doc: 'Where events are.', default: 'embedded:x', parse: text }),
  limit: option({
    name: 'limit',
    env: 'P_LIMIT',
    doc: 'Most records.',
    unit: 'records',
    default: 5,
    parse: integer(1, 9),
  }),
  mode: option({ name: 'mode', env: 'P_MODE', doc: 'How.', default: 'fast', parse: oneOf('fast', 'slow') }),
  token: option({ name: 'token', env: 'P_TOKEN', doc: 'Who we are.', secret: true, parse: text }),
};

function faultOf(environment: Record<string, string>): Fault {
  try {
    readOptions(OPTIONS, environment);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('what is given counts and the rest has its default', () => {
  const values = readOptions(OPTIONS, { P_LIMIT: '7', P_TOKEN: 't', P_LOG: '' });
  expect(values).toEqual({ log: 'embedded:x', limit: 7, mode: 'fast', token: 't' });
});

test('every fault is told at once, with the value and what is allowed', () => {
  const { message, code } = faultOf({ P_LIMIT: '12', P_MODE: 'fats' });
  expect(code).toBe('config-invalid');
  expect(message).toContain("P_LIMIT is '12' and must be a whole number from 1 to 9 (records): Most records.");
  expect(message).toContain("P_MODE is 'fats' and must be one of fast, slow");
  expect(message).toContain('P_TOKEN is missing: Who we are.');
});

test('a secret may stand in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-options-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'token'), 'from-file\n');
  expect(readOptions(OPTIONS, { P_TOKEN_FILE: join(folder, 'token') }).token).toBe('from-file');
  expect(faultOf({ P_TOKEN_FILE: join(folder, 'none') }).message).toContain('P_TOKEN_FILE names');
});

test('secrets are never shown', () => {
  const values = readOptions(OPTIONS, { P_TOKEN: 'hush', P_LOG: 'kafka://me:hush@host:1' });
  expect(JSON.stringify(redacted(OPTIONS, values))).not.toContain('hush');
  const closed = { token: option({ ...OPTIONS.token, parse: oneOf('a') }) };
  expect(() => readOptions(closed, { P_TOKEN: 'hush' })).toThrow(/P_TOKEN must be one of a/);
  expect(() => readOptions(closed, { P_TOKEN: 'hush' })).not.toThrow(/hush/);
});

test('a password in an address is hidden and nothing else is touched', () => {
  expect(withoutPassword('http://me:p@ss@host:8123/db')).toBe('http://me:***@host:8123/db');
  expect(withoutPassword('http://me:p/a#s?s@host')).toBe('http://me:***@host');
  expect(withoutPassword('http://me@host:8123/db')).toBe('http://me@host:8123/db');
  expect(withoutPassword('chdb:dir')).toBe('chdb:dir');
});
