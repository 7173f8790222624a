// What the command line takes from its surroundings: shared options, their environment variables, and the caller's folder.
import { dirname, resolve } from 'node:path';
import {
  LOG_ACCESS_OPTIONS,
  type LogAccess,
  PRIVACY_KEY_OPTION,
  REGISTRY_OPTIONS,
  type RegistryAccess,
  readOptions,
  STORE_ACCESS_OPTIONS,
  type StoreAccess,
  type StoreOptions,
} from '@parallax/platform';
import { Option } from 'commander';

const LOCAL_ADDRESS = /^(embedded|chdb|file):(?!\/\/)(.*)$/s;

/**
 * The folder the person typed the command in. `npm run` moves to the package's root and leaves the real one in INIT_CWD;
 * that is believed only when this process stands where npm put it, because children inherit the variable.
 */
export function callerDirectory(): string {
  const { INIT_CWD, npm_package_json } = process.env;
  const startedByNpm = npm_package_json !== undefined && dirname(npm_package_json) === process.cwd();
  return startedByNpm && INIT_CWD ? INIT_CWD : process.cwd();
}

/** A file or folder given by the person, made absolute. */
export function callerPath(path: string): string {
  return resolve(callerDirectory(), path);
}

/** `embedded:DIR`, `chdb:DIR` and `file:DIR` with DIR made absolute; any other address as it is. */
export function callerAddress(address: string): string {
  const [, scheme, folder] = LOCAL_ADDRESS.exec(address) ?? [];
  return scheme === undefined || folder === undefined ? address : `${scheme}:${callerPath(folder)}`;
}

function addressOption(name: string, env: string, description: string, fallback: string): Option {
  return new Option(`--${name} <address>`, description)
    .env(env)
    .default(callerAddress(fallback), fallback)
    .argParser(callerAddress);
}

/** Where events are read and written: `--log`, PARALLAX_LOG. */
export function logOption(): Option {
  return addressOption(
    'log',
    'PARALLAX_LOG',
    'event log, embedded:DIR or kafka://HOST:PORT,…',
    'embedded:.parallax/log',
  );
}

/** What a Kafka cluster asks of those who come: PARALLAX_LOG_TLS and the like; secrets never stand on a command line. */
export function logAccess(): LogAccess {
  return readOptions(LOG_ACCESS_OPTIONS, process.env);
}

/** The same for a process that is started here: the variables as they are. */
export function logVariables(): Readonly<Record<string, string>> {
  const names = Object.values(LOG_ACCESS_OPTIONS).flatMap(({ env }) => [env, `${env}_FILE`]);
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Under which name positions are kept: `--group`, PARALLAX_GROUP. */
export function groupOption(): Option {
  return new Option('--group <name>', 'consumer group that keeps the position').env('PARALLAX_GROUP');
}

/** Where judged pairs are: `--store`, PARALLAX_STORE. */
export function storeOption(): Option {
  return addressOption(
    'store',
    'PARALLAX_STORE',
    'divergence store, chdb:DIR or http(s)://USER@HOST:8123/DATABASE',
    'chdb:.parallax/store',
  );
}

/**
 * A command to go on with, as it is typed here: through npm in a checkout, and with the store of this call where that is
 * not the default one.
 */
export function nextCommand(rest: string, store: string): string {
  const isDefault = store === callerAddress('chdb:.parallax/store');
  return `${parallaxCommand(rest)}${isDefault ? '' : ` --store ${quotedForShell(store)}`}`;
}

/** The same without a store. */
export function parallaxCommand(rest: string): string {
  const parallax = process.env.npm_lifecycle_event === 'parallax' ? 'npm run --silent parallax --' : 'parallax';
  return `${parallax} ${rest}`;
}

export function quotedForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** For a command that only reads: a store that is not there is not made. */
export function readerOptions(): StoreOptions {
  return { ...storeAccess(), create: false };
}

/** Where the traffic is kept: `--archive`, PARALLAX_ARCHIVE. */
export function archiveOption(): Option {
  return addressOption(
    'archive',
    'PARALLAX_ARCHIVE',
    'archive, file:DIR or s3://BUCKET/PREFIX',
    'file:.parallax/archive',
  );
}

/** Machine-readable output: data on stdout, and an error as one JSON object on stderr. */
export function jsonOption(description = 'print JSON, one object a line'): Option {
  return new Option('--json', description);
}

/** What a ClickHouse server asks of those who come: PARALLAX_STORE_PASSWORD and the others of docs/clickhouse.md. */
export function storeAccess(): StoreAccess {
  return readOptions(STORE_ACCESS_OPTIONS, process.env);
}

/** How schema registries are entered. */
export function registryAccess(): RegistryAccess {
  return readOptions(REGISTRY_OPTIONS, process.env);
}

/** The key of masked values; never on a command line. '' when there is none. */
export function privacyKey(): string {
  return readOptions({ key: PRIVACY_KEY_OPTION }, process.env).key;
}

/** What a command run for the person has besides what we tell it: everything we have. */
export function callerEnvironment(): Readonly<Record<string, string | undefined>> {
  return { ...process.env };
}

/** Where a system that is told nothing else reads and answers: PARALLAX_INPUT, PARALLAX_OUTPUT. */
export function pipeTopics(): { readonly input: string | undefined; readonly output: string | undefined } {
  return { input: process.env.PARALLAX_INPUT || undefined, output: process.env.PARALLAX_OUTPUT || undefined };
}

/** What the demo takes from its surroundings. */
export function demoSurroundings(): {
  readonly folder: string;
  readonly here: string;
  readonly noColor: string | undefined;
  readonly timings: string | undefined;
} {
  return {
    folder: callerPath(process.env.PARALLAX_DEMO_FOLDER || '.parallax/demo'),
    here: callerDirectory(),
    noColor: process.env.NO_COLOR,
    // Where the `start.first-verdict` figure looks.
    timings: process.env.PARALLAX_DEMO_TIMINGS,
  };
}

/** A service's options from the environment; what a flag says is put over them. */
export function serviceOptions<const O extends Parameters<typeof readOptions>[0]>(options: O) {
  return readOptions(options, process.env);
}
