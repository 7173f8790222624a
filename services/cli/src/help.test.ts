// What stands under a command's help.
import { ARCHIVER_OPTIONS } from '@parallax/archiver';
import { COMPARATOR_OPTIONS } from '@parallax/comparator';
import { LOG_ACCESS_OPTIONS, STORE_ACCESS_OPTIONS, VARIABLES } from '@parallax/platform';
import { REPLAYER_OPTIONS } from '@parallax/replayer';
import { SHUFFLER_OPTIONS } from '@parallax/shuffler';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { archiveOption, logOption, storeOption } from './config.ts';
import { withExamples } from './help.ts';

function helpOf(command: Command): string {
  let shown = '';
  withExamples(command, [['parallax it', 'does it']]).configureOutput({ writeOut: (text) => (shown += text) });
  command.outputHelp();
  return shown;
}

test('a command that takes a log names every variable a cluster may need', () => {
  const help = helpOf(new Command('it').addOption(logOption()));
  for (const { env } of Object.values(LOG_ACCESS_OPTIONS)) expect(help).toContain(env);
});

test('a command that takes an archive names what S3 needs, one that reads an experiment what its keys need', () => {
  const archive = helpOf(new Command('it').addOption(archiveOption()));
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY']) expect(archive).toContain(name);
  expect(archive).not.toContain('PARALLAX_PRIVACY_KEY');
  const reading = helpOf(new Command('it').argument('<file>', 'the experiment, a YAML file'));
  for (const name of ['PARALLAX_PRIVACY_KEY(_FILE)', 'PARALLAX_REGISTRY_TOKEN']) expect(reading).toContain(name);
  expect(reading).not.toContain('AWS_');
});

test.each([80, 100, 120])('no line of it is wider than a terminal of %i columns', (width) => {
  const description = `${'Says a lot. '.repeat(12)}\n${'And more than that. '.repeat(9)}`;
  const command = new Command('it').description(description).addOption(logOption()).addOption(storeOption());
  const lines = helpOf(command.configureOutput({ getOutHelpWidth: () => width })).split('\n');
  expect(lines.filter((line) => line.length > width)).toEqual([]);
  expect(lines.join(' ')).toContain('http(s)://USER@HOST:8123/DATABASE');
  for (const { env } of Object.values(STORE_ACCESS_OPTIONS)) expect(lines.join('\n')).toContain(env);
});

test('any other command does not', () => {
  const help = helpOf(new Command('it'));
  expect(help).not.toContain('PARALLAX_LOG');
  expect(help).toContain('parallax it   does it');
});

test('every variable an option is read from is known, so that only misspelt ones are told', () => {
  const options = [COMPARATOR_OPTIONS, ARCHIVER_OPTIONS, REPLAYER_OPTIONS, SHUFFLER_OPTIONS, STORE_ACCESS_OPTIONS];
  const read = options.flatMap((one) => Object.values<{ env: string }>(one).map(({ env }) => env));
  expect(read.filter((env) => !VARIABLES.some((name) => name === env))).toEqual([]);
});
