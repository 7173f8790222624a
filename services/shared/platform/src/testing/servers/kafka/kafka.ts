// Starts a real Apache Kafka: in containers where an engine answers, from its jars elsewhere.
import { containerEngine } from '../containers.ts';
import { startKafkaInContainers } from './containers.ts';
import { startKafkaFromJars } from './jars.ts';
import type { KafkaOptions, RunningKafka } from './options.ts';

/**
 * One broker is ready in about three seconds, three in about ten. Whoever starts it stops it; should the process die
 * first, the brokers end with it.
 * @throws Fault `server-missing` when there is neither an engine nor Java with the jars
 */
export async function startKafka(options: KafkaOptions = {}): Promise<RunningKafka> {
  const engine = await containerEngine();
  return engine === undefined ? startKafkaFromJars(options) : startKafkaInContainers(engine, options);
}
