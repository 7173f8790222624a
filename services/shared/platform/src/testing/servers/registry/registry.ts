// A real schema registry, from its archive: Apicurio, in memory, by its interface that is Confluent's. The last release that
// runs on Java 17.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '@parallax/core';
import { artifactsOf, type Progress, requireJava } from '../java.ts';
import { freePorts, LOOPBACK } from '../ports.ts';
import { type ServerProcess, startServerProcess, untilServing } from '../server-process.ts';

const POM = new URL('./pom.xml', import.meta.url);
const RUNNER = /^apicurio-registry-app-(.*)-runner\.jar$/;
const HEAP_MEGABYTES = 300;
const UNPACKED = 'unpacked';

export interface RunningRegistry {
  readonly version: string;
  /** What an experiment says for `registry`. */
  readonly url: string;
  /** SIGKILL; its schemas are gone with it: it keeps them in memory. */
  kill(): Promise<void>;
  /** SIGSTOP, until resumed. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of the unpacked archive. @throws Fault `server-missing` */
export async function registryFiles(tell: Progress = () => {}): Promise<string> {
  await requireJava();
  const folder = await artifactsOf('registry', POM, tell);
  const unpacked = join(folder, UNPACKED);
  if (existsSync(unpacked)) return unpacked;
  const archive = readdirSync(folder).find((file) => file.endsWith('.tar.gz'));
  if (archive === undefined)
    throw new Fault(`${folder} holds no archive`, { code: 'server-missing', cure: 'Remove it.' });
  // Under a name of its own until it is whole; two may unpack at once.
  const temporary = `${unpacked}.${process.pid}`;
  mkdirSync(temporary);
  await promisify(execFile)('tar', ['-xzf', join(folder, archive), '-C', temporary]);
  try {
    renameSync(temporary, unpacked);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(unpacked)) throw error;
  }
  return unpacked;
}

/**
 * Ready in about ten seconds. Whoever starts it stops it; should the process die first, it ends, too.
 * @throws Fault `server-missing` without Java or the archive, `server-start` when it does not come up
 */
export async function startRegistry(tell: Progress = () => {}): Promise<RunningRegistry> {
  const files = await registryFiles(tell);
  const runner = readdirSync(files).find((file) => RUNNER.test(file)) ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'parallax-registry-'));
  const [port] = await freePorts(1);
  const url = `http://${LOOPBACK}:${port}/apis/ccompat/v7`;
  let server: ServerProcess | undefined;
  const stop = async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const started = await startServerProcess({
      command: 'java',
      args: [
        `-Xmx${HEAP_MEGABYTES}m`,
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        `-Dquarkus.http.port=${port}`,
        `-Dquarkus.http.host=${LOOPBACK}`,
        '-jar',
        join(files, runner),
      ],
      folder,
      log: join(folder, 'registry.log'),
    });
    server = started;
    await untilServing('Apicurio Registry', started, async () => {
      return fetch(`${url}/schemas/types`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    return {
      version: RUNNER.exec(runner)?.[1] ?? '',
      url,
      kill: () => started.kill(),
      pause: async () => started.pause(),
      resume: async () => started.resume(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
