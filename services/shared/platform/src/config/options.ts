// Options of a service: named, documented, read from the environment whole, with every fault told at once.
import { readFileSync } from 'node:fs';
import { Fault } from '@parallax/core';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface OptionSpec<T> {
  /** As it is called in code and messages. */
  readonly name: string;
  /** The variable it is read from; `${env}_FILE` names a file that holds the value instead. */
  readonly env: string;
  /** What it does and what follows from changing it, as a sentence. */
  readonly doc: string;
  /** Of the number: ms, bytes, records … */
  readonly unit?: string;
  /** Absent: the option is required. */
  readonly default?: T;
  /** Never shown. */
  readonly secret?: boolean;
  /** Throws a plain Error that says what is allowed. */
  readonly parse: (text: string) => T;
}

export type Option<T> = Readonly<OptionSpec<T>>;
type Values<O> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };
type OptionSet = Readonly<Record<string, Option<unknown>>>;

export function option<T>(spec: OptionSpec<T>): Option<T> {
  return Object.freeze({ ...spec });
}

/** Any text. */
export function text(value: string): string {
  return value;
}

/** A whole number within bounds, both allowed. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): (value: string) => number {
  return (value) => {
    const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) throw new Error(`a whole number from ${min} to ${max}`);
    return number;
  };
}

/** One of a closed list of words. */
export function oneOf<const T extends string>(...allowed: readonly T[]): (value: string) => T {
  return (value) => {
    const found = allowed.find((word) => word === value);
    if (found === undefined) throw new Error(`one of ${allowed.join(', ')}`);
    return found;
  };
}

/**
 * Reads every option. An empty variable counts as absent.
 * @throws Fault `config-invalid`, one line for each option that is wrong or missing; never the value of a secret.
 */
export function readOptions<const O extends OptionSet>(options: O, environment: Environment): Values<O> {
  const faults: string[] = [];
  const values = Object.entries(options).map(([key, spec]) => {
    try {
      return [key, readOption(spec, environment)];
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      return [key, undefined];
    }
  });
  if (faults.length > 0) {
    throw new Fault(`the configuration is not usable:\n${faults.map((fault) => `  ${fault}`).join('\n')}`, {
      code: 'config-invalid',
      cure: 'Set the variables named above.',
    });
  }
  return Object.fromEntries(values);
}

function readOption<T>(spec: Option<T>, environment: Environment): T {
  const given = environment[spec.env] || readSecretFile(spec, environment);
  const unit = spec.unit === undefined ? '' : ` (${spec.unit})`;
  if (given === undefined || given === '') {
    if ('default' in spec && spec.default !== undefined) return spec.default;
    throw new Error(`${spec.env} is missing: ${spec.doc}${unit}`);
  }
  try {
    return spec.parse(given);
  } catch (error) {
    const shown = spec.secret ? '' : ` is '${withoutPassword(given)}' and`;
    const allowed = error instanceof Error ? error.message : String(error);
    throw new Error(`${spec.env}${shown} must be ${allowed}${unit}: ${spec.doc}`, { cause: error });
  }
}

function readSecretFile(spec: Option<unknown>, environment: Environment): string | undefined {
  const file = environment[`${spec.env}_FILE`];
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${spec.env}_FILE names '${file}', which cannot be read: ${reason}`, { cause: error });
  }
}

/** What may be shown of the values: secrets as ***, addresses without their password. */
export function redacted<O extends OptionSet>(options: O, values: Values<O>): Readonly<Record<string, unknown>> {
  const shown = Object.entries(options).map(([key, spec]) => {
    const value: unknown = values[key];
    if (spec.secret) return [spec.name, value === undefined ? undefined : '***'];
    return [spec.name, typeof value === 'string' ? withoutPassword(value) : value];
  });
  return Object.fromEntries(shown);
}

/** `scheme://user:password@host` with the password as ***; any other text unchanged. */
export function withoutPassword(address: string): string {
  return address.replace(/^([a-z][a-z\d+.-]*:\/\/[^/?#@:]*):.*@/is, '$1:***@');
}
