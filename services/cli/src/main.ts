#!/usr/bin/env node
// The `parallax` command: builds the program, runs it, and turns what went wrong into a message and an exit code.
import { CommanderError } from 'commander';
import { buildProgram, TROUBLE } from './program.ts';

// A reader that has seen enough (`parallax … | head`) is no error, but not a verdict either.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(TROUBLE);
});

const args = process.argv.slice(2);
try {
  const program = await buildProgram(args);
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
  else {
    process.exitCode = TROUBLE;
    // `commander.help`: no command was given and the help text is already on stderr.
    if (!(error instanceof CommanderError && error.code === 'commander.help')) {
      const { explain, render } = await import('./failure.ts');
      process.stderr.write(render(explain(error), args.includes('--json')));
    }
  }
}
