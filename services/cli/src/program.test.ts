// The program around the commands: lazy loading, usage errors, addresses.
import { Fault } from '@parallax/core';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import type { CommandEntry } from './commands.ts';
import { callerPath, logOption } from './config.ts';
import { explain, render } from './failure.ts';
import { buildProgram } from './program.ts';

const loaded: string[] = [];
const seen: unknown[] = [];

function entry(name: string): CommandEntry {
  return {
    name,
    summary: `does ${name}`,
    load: async () => {
      loaded.push(name);
      return new Command(name)
        .argument('<file>')
        .addOption(logOption())
        .action((file, options) => {
          seen.push(file, options);
        });
    },
  };
}

const entries = [entry('compare'), entry('verdict')];

async function run(...args: string[]): Promise<unknown> {
  loaded.length = 0;
  seen.length = 0;
  const program = await buildProgram(args, entries);
  return program.parseAsync(args, { from: 'user' }).catch((error: unknown) => error);
}

test('only the called command is loaded', async () => {
  await run('verdict', 'a');
  expect(loaded).toEqual(['verdict']);
  expect(seen[0]).toBe('a');
});

test('help for a command loads that command only', async () => {
  loaded.length = 0;
  await buildProgram(['help', 'compare'], entries);
  expect(loaded).toEqual(['compare']);
});

test('a misspelt command is answered with the one that was meant', async () => {
  expect(explain(await run('compar'))).toMatchObject({
    code: 'usage-unknown-command',
    message: "unknown command 'compar'",
  });
  expect(explain(await run('compar')).cure).toContain('Did you mean compare?');
});

test('an argument that is missing is named', async () => {
  expect(explain(await run('compare')).message).toContain("'file'");
});

test('a folder in an address is made absolute, a server is left alone', async () => {
  await run('compare', 'f', '--log', 'embedded:data/log');
  expect(seen[1]).toMatchObject({ log: `embedded:${callerPath('data/log')}` });
  await run('compare', 'f', '--log', 'kafka://broker:9092');
  expect(seen[1]).toMatchObject({ log: 'kafka://broker:9092' });
});

test('a fault is shown with its cure, for people and for programs', () => {
  const failure = explain(new Fault('the log is locked by process 7', { code: 'log-locked', cure: 'Stop it first.' }));
  expect(render(failure, false)).toBe('parallax: the log is locked by process 7\n  Stop it first.\n');
  expect(JSON.parse(render(failure, true))).toEqual({
    error: { code: 'log-locked', message: 'the log is locked by process 7', cure: 'Stop it first.' },
  });
});

test('what nobody foresaw is called a bug and says how to report it', () => {
  const failure = explain(new TypeError('x is not a function'));
  expect(failure.code).toBe('bug');
  expect(failure.message).toContain('x is not a function');
  expect(failure.cure).toContain('report');
});
