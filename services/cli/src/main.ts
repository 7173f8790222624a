#!/usr/bin/env node
// The `parallax` command: builds the program, runs it, and turns what went wrong into a message and an exit code.
import { enableCompileCache } from 'node:module';
import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { buildProgram, TROUBLE, withComments } from './program.ts';

// Taking the types out of hundreds of sources is half of what a short command costs, so what was compiled is kept, in the
// temporary folder (NODE_COMPILE_CACHE names another, NODE_DISABLE_COMPILE_CACHE=1 keeps nothing).
enableCompileCache();

const args = withComments(process.argv.slice(2));

// A reader that has seen enough (`parallax … | head`) is no error, but not a verdict either.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(TROUBLE);
  throw error;
});
// What nobody awaited ends here. Node would leave by 1, and 1 says DIVERGING.
process.on('uncaughtException', (error) => {
  void fail(error).finally(() => process.exit());
});

try {
  // Loaded only where there is something to look at: `parallax --help` should come at once.
  if (Object.keys(process.env).some((name) => /^PAR\w*X_/i.test(name))) {
    const { unknownVariables } = await import('@parallax/platform');
    for (const { message } of unknownVariables(process.env)) process.stderr.write(`${message}\n`);
  }
  const program = await buildProgram(args);
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  await fail(error);
}

async function fail(error: unknown): Promise<void> {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  process.exitCode = TROUBLE;
  // No command was given, and the help text is already on stderr.
  if (error instanceof CommanderError && error.code === 'commander.help') return;
  const told = await import('./failure.ts').then(
    ({ explain, render }) => render(explain(error), args.includes('--json')),
    () => `${inspect(error)}\n`, // an install that is not whole: then at least what was seen
  );
  process.stderr.write(told);
}
