// What stands under a command's help.
import { LOG_ACCESS_OPTIONS } from '@parallax/platform';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { logOption } from './config.ts';
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

test('any other command does not', () => {
  const help = helpOf(new Command('it'));
  expect(help).not.toContain('PARALLAX_LOG');
  expect(help).toContain('parallax it   does it');
});
