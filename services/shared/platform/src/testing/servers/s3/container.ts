// An S3 server in a container: versitygw over a folder.
import { Fault } from '@parallax/core';
import { type ContainerEngine, containerControls } from '../containers.ts';
import { freePorts } from '../ports.ts';
import { makeBucket } from './bucket.ts';
import { DEFAULT_BUCKET, type RunningS3, S3_KEY, S3_SECRET, type S3Options, s3Environment } from './options.ts';

const IMAGE = 'versity/versitygw:v1.8.0';
const PORT = 7070;
const PATIENCE_MS = 60_000;

export async function startS3InContainer(engine: ContainerEngine, options: S3Options): Promise<RunningS3> {
  const { bucket = DEFAULT_BUCKET, tell = () => {} } = options;
  tell(`starting ${IMAGE}`);
  // The port of a container that is killed and started again stays only if it was chosen.
  const [port = 0] = await freePorts(1);
  const container = await new engine.api.GenericContainer(IMAGE)
    .withEnvironment({ ROOT_ACCESS_KEY: S3_KEY, ROOT_SECRET_KEY: S3_SECRET, VGW_PORT: `:${PORT}` })
    .withExposedPorts({ container: PORT, host: port })
    .withEntrypoint(['/bin/sh', '-c', 'mkdir -p /data && exec versitygw posix /data'])
    .start();
  const controls = containerControls(engine, container);
  const endpoint = `http://${engine.host}:${port}`;
  const serving = async () => {
    for (const deadline = performance.now() + PATIENCE_MS; !(await makeBucket(endpoint, bucket)); ) {
      if (performance.now() > deadline) {
        throw new Fault(`${IMAGE} does not serve after ${PATIENCE_MS / 1000} s`, { code: 'server-start' });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await serving();
  return {
    by: 'containers',
    version: IMAGE,
    endpoint,
    bucket,
    env: s3Environment(endpoint),
    kill: controls.kill,
    start: async () => {
      await controls.start();
      await serving();
    },
    pause: controls.pause,
    resume: controls.resume,
    stop: controls.remove,
  };
}
