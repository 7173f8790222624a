// The command line of a service's own process: one experiment file and a few flags.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Fault } from '@parallax/core';

type Flags = NonNullable<ParseArgsConfig['options']>;

/**
 * The experiment's path and the flags as they were given.
 * @param service how it is called in messages
 * @param usage a whole command line, for the cure
 * @throws Fault `bad-arguments`
 */
export function readArguments<const F extends Flags>(
  service: string,
  usage: string,
  argv: readonly string[],
  flags: F,
) {
  const cure = `Call it as: ${usage}`;
  let parsed: ReturnType<typeof parse<F>>;
  try {
    parsed = parse(argv, flags);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(`The ${service} does not understand its arguments: ${why}`, { code: 'bad-arguments', cure, cause });
  }
  const [experiment, ...more] = parsed.positionals;
  if (experiment === undefined || more.length > 0) {
    throw new Fault(`The ${service} takes one experiment file, not '${argv.join(' ')}'`, {
      code: 'bad-arguments',
      cure,
    });
  }
  return { experiment, flags: parsed.values };
}

function parse<const F extends Flags>(argv: readonly string[], options: F) {
  return parseArgs({ args: [...argv], allowPositionals: true, options });
}
