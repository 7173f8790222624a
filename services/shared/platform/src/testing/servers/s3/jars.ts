// S3Proxy over a folder, from its jars: conditional and multipart puts, checksums and signatures as S3 does them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jarsOf, jvmArguments, requireJava } from '../java.ts';
import { freePorts, LOOPBACK } from '../ports.ts';
import { type ServerProcess, startServerProcess, untilServing } from '../server-process.ts';
import { makeBucket } from './bucket.ts';
import { DEFAULT_BUCKET, type RunningS3, S3_KEY, S3_SECRET, type S3Options, s3Environment } from './options.ts';

const POM = new URL('./pom.xml', import.meta.url);
const LOGBACK = fileURLToPath(new URL('./logback.xml', import.meta.url));
const HEAP_MEGABYTES = 256;

/** @throws Fault `server-missing` without Java or jars, `server-start` when it does not come up */
export async function startS3FromJars(options: S3Options): Promise<RunningS3> {
  const { bucket = DEFAULT_BUCKET, tell = () => {} } = options;
  await requireJava();
  const jars = await jarsOf('s3proxy', POM, tell);
  const folder = mkdtempSync(join(tmpdir(), 'parallax-s3-'));
  const [port] = await freePorts(1);
  const endpoint = `http://${LOOPBACK}:${port}`;
  mkdirSync(join(folder, 'data'));
  writeFileSync(
    join(folder, 's3proxy.conf'),
    `s3proxy.endpoint=${endpoint}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=${S3_KEY}
s3proxy.credential=${S3_SECRET}
jclouds.provider=filesystem-nio2
jclouds.identity=none
jclouds.credential=none
jclouds.filesystem.basedir=${join(folder, 'data')}
`,
  );
  const [flags, main] = [jvmArguments(HEAP_MEGABYTES, jars, 'org.gaul.s3proxy.Main'), join(folder, 's3proxy.conf')];
  let server: ServerProcess;
  const start = async () => {
    server = await startServerProcess({
      command: 'java',
      args: [`-Dlogback.configurationFile=${LOGBACK}`, ...flags, '--properties', main],
      folder,
      log: join(folder, 's3proxy.log'),
    });
    await untilServing('S3Proxy', server, () => makeBucket(endpoint, bucket));
  };
  const stop = async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    by: 'jars',
    version: `S3Proxy ${jars.map((jar) => /s3proxy-([\d.]+)\.jar$/.exec(jar)?.[1]).find((found) => found) ?? ''}`,
    endpoint,
    bucket,
    env: s3Environment(endpoint),
    kill: () => server.kill(),
    start: async () => {
      if (!server.running()) await start();
    },
    pause: async () => server.pause(),
    resume: async () => server.resume(),
    stop,
  };
}
