// Starts a real S3 server: in a container where an engine answers, from its jars elsewhere.
import { containerEngine } from '../containers.ts';
import { startS3InContainer } from './container.ts';
import { startS3FromJars } from './jars.ts';
import type { RunningS3, S3Options } from './options.ts';

/**
 * Ready in about two seconds, with its bucket. Whoever starts it stops it; should the process die first, it ends, too.
 * @throws Fault `server-missing` when there is neither an engine nor Java with the jars
 */
export async function startS3(options: S3Options = {}): Promise<RunningS3> {
  const engine = await containerEngine();
  return engine === undefined ? startS3FromJars(options) : startS3InContainer(engine, options);
}
