// Java 17 or newer and Maven on this machine, and the jars of a server: fetched once, kept for every later run.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Fault } from '@parallax/core';

const CACHE = fileURLToPath(new URL('../../../../../../node_modules/.cache/parallax-servers', import.meta.url));
const NEEDED = 17;
const PROGRESS_EVERY_MS = 5_000;
const CURE =
  'Install them (Debian, Ubuntu: `apt-get install openjdk-17-jre-headless maven`), or start a container engine.';

/** Told while jars are fetched: one line each time. */
export type Progress = (line: string) => void;

/** Its version. @throws Fault `server-missing` when there is no Java, or none that is new enough */
export async function requireJava(): Promise<string> {
  const text = await promisify(execFile)('java', ['-version']).then(
    ({ stdout, stderr }) => stdout + stderr,
    () => '',
  );
  const version = /version "(?:1\.)?([\w.+-]+)/.exec(text)?.[1] ?? '';
  const major = Number.parseInt(version, 10);
  if (major >= NEEDED) return version;
  const why = text === '' ? 'there is no java on the PATH' : `java is version ${major}`;
  throw new Fault(`no container engine answers, and ${why}: Java ${NEEDED} or newer is needed`, {
    code: 'server-missing',
    cure: CURE,
  });
}

/**
 * The jars that a pom names, as absolute paths in a fixed order.
 * @throws Fault `server-missing` when they are not here and cannot be fetched
 */
export async function jarsOf(name: string, pom: URL, tell: Progress): Promise<readonly string[]> {
  const folder = await artifactsOf(name, pom, tell);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jar'))
    .sort()
    .map((file) => join(folder, file));
}

/** The folder that holds all that a pom names. @throws Fault `server-missing` */
export async function artifactsOf(name: string, pom: URL, tell: Progress): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const folder = join(CACHE, `${name}-${digest}`);
  if (!existsSync(folder)) await fetchJars(name, fileURLToPath(pom), folder, tell);
  return folder;
}

/** Into a folder of its own, renamed at the end: half a fetch is never taken for a whole one, and two may run at once. */
async function fetchJars(name: string, pom: string, folder: string, tell: Progress): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const began = performance.now();
  const temporary = `${folder}.${process.pid}`;
  // What is in Maven's own repository needs no network.
  let run = await maven(['-o'], pom, temporary, () => {});
  if (run.code !== 0) {
    tell(`fetching the jars of ${name} (Maven, once)`);
    run = await maven([], pom, temporary, (files) => {
      tell(`fetching the jars of ${name}: ${files} files so far (${Math.round((performance.now() - began) / 1000)} s)`);
    });
  }
  if (run.code !== 0) {
    rmSync(temporary, { recursive: true, force: true });
    throw new Fault(`no container engine answers, and the jars of ${name} are not to be had: ${run.why}`, {
      code: 'server-missing',
      cure: run.missing ? CURE : 'Let Maven reach its repository once; later runs need no network.',
    });
  }
  try {
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else somebody else was quicker
  }
  tell(`the jars of ${name} are here (${Math.round((performance.now() - began) / 1000)} s)`);
}

interface MavenRun {
  readonly code: number;
  readonly why: string;
  /** Maven itself is missing. */
  readonly missing: boolean;
}

function maven(
  options: readonly string[],
  pom: string,
  target: string,
  onProgress: (files: number) => void,
): Promise<MavenRun> {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${target}`];
  const child = spawn('mvn', ['-B', ...options, '-f', pom, ...goal], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.resume();
  const timer = setInterval(() => onProgress(output.match(/Downloaded from/g)?.length ?? 0), PROGRESS_EVERY_MS);
  return new Promise((resolve) => {
    child.on('error', () => {
      clearInterval(timer);
      resolve({ code: 1, why: 'there is no mvn on the PATH', missing: true });
    });
    child.on('close', (code) => {
      clearInterval(timer);
      const why = /^\[ERROR\] (.*)$/m.exec(output)?.[1] ?? `mvn ended with ${code}`;
      resolve({ code: code ?? 1, why: why.slice(0, 400), missing: false });
    });
  });
}

/** Flags that make a JVM start fast and stay small. */
export function jvmArguments(heapMegabytes: number, jars: readonly string[], main: string): readonly string[] {
  return [
    `-Xmx${heapMegabytes}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Djava.awt.headless=true',
    // Without it a JVM that cannot start would end in silence.
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
    '-cp',
    jars.join(':'),
    main,
  ];
}
