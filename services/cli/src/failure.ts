// How a failed command is told: what went wrong and what to do, for a person or, with --json, for a program.
import { Fault } from '@parallax/core';
import { CommanderError } from 'commander';

export interface Failure {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly message: string;
  readonly cure?: string;
}

/** A Fault, a usage error and an error of the operating system are the user's to cure; anything else is our bug. */
export function explain(error: unknown): Failure {
  if (error instanceof Fault) {
    return { code: error.code, message: error.message, ...(error.cure === undefined ? {} : { cure: error.cure }) };
  }
  if (error instanceof CommanderError) return usageFailure(error);
  if (isSystemError(error)) return { code: error.code.toLowerCase(), message: error.message };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    code: 'bug',
    message: `something Parallax did not expect happened:\n${stack}`,
    cure: 'This is a fault of Parallax, not of yours: please report the lines above, the command and `parallax --version`.',
  };
}

function usageFailure(error: CommanderError): Failure {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const hint = rest.join(' ').replace(/^\((.*)\)$/, '$1');
  const cure = `${hint === '' ? '' : `${hint} `}Add --help to see what is allowed.`;
  return {
    code: error.code.replace(/^commander\./, 'usage-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    message: first,
    cure,
  };
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

/** The text for stderr, with its line end. */
export function render(failure: Failure, json: boolean): string {
  if (json) return `${JSON.stringify({ error: failure })}\n`;
  return `parallax: ${failure.message}\n${failure.cure === undefined ? '' : `  ${failure.cure}\n`}`;
}
