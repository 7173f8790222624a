// A ClickHouse server in a container.
import { type ContainerEngine, containerControls } from '../containers.ts';
import { freePorts } from '../ports.ts';
import { untilAnswers } from './answers.ts';
import {
  type ClickHouseOptions,
  DATABASE,
  DEFAULT_PASSWORD,
  DEFAULT_USER,
  type RunningClickHouse,
  storeAddress,
} from './options.ts';

const IMAGE = 'clickhouse/clickhouse-server:26.3.17.4';
const PORT = 8123;

export async function startClickHouseInContainer(
  engine: ContainerEngine,
  options: ClickHouseOptions,
): Promise<RunningClickHouse> {
  const { user = DEFAULT_USER, password = DEFAULT_PASSWORD } = options;
  // The port of a container that is killed and started again stays only if it was chosen.
  const [port = 0] = await freePorts(1);
  const container = await new engine.api.GenericContainer(IMAGE)
    .withEnvironment({
      CLICKHOUSE_USER: user,
      CLICKHOUSE_PASSWORD: password,
      CLICKHOUSE_DB: DATABASE,
      CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: '1',
      TZ: 'UTC',
    })
    .withExposedPorts({ container: PORT, host: port })
    .withUlimits({ nofile: { hard: 262_144, soft: 262_144 } })
    .start();
  const controls = containerControls(engine, container);
  const url = `http://${engine.host}:${port}`;
  const version = await untilAnswers({ url, user, password });
  return {
    by: 'containers',
    version,
    url,
    user,
    password,
    store: (database = DATABASE) => storeAddress(url, user, database),
    kill: controls.kill,
    start: async () => {
      await controls.start();
      await untilAnswers({ url, user, password });
    },
    pause: controls.pause,
    resume: controls.resume,
    stop: controls.remove,
  };
}
