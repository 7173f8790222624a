// What KafkaJS has to say, as telemetry: one event, the namespace as its label, and no alarm for what it tries again.
import type { LogEntry, logCreator } from 'kafkajs';
import type { Level } from '../../telemetry/logger.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';

/** KafkaJS's own numbers: 1 error, 2 warning, 4 info, 5 debug. */
const LEVELS: Readonly<Record<number, Level>> = { 1: 'error', 2: 'warn', 4: 'debug', 5: 'debug' };

/**
 * Everything its connections, pools and requests report passes by itself, or becomes a fault of the call it belongs to:
 * a broker that restarts must not look like a failure of this process, and nobody should read of it twice.
 */
const PASSING = new Set(['Connection', 'ConnectionPool', 'BrokerPool', 'Cluster', 'Broker', 'RequestQueue']);

export function telemetryLog(telemetry: Pick<Telemetry, 'record'> | undefined): logCreator {
  return () => (entry) => {
    if (telemetry === undefined || entry.level > 4) return;
    const { message, timestamp: _, logger: __, stack: ___, ...rest } = entry.log;
    telemetry.record({
      name: 'kafka-client',
      level: levelOf(entry),
      message: `Kafka client: ${message}`,
      labels: { namespace: entry.namespace || 'Kafka' },
      fields: fieldsOf(rest),
    });
  };
}

function levelOf({ level, namespace, log }: LogEntry): Level {
  const asked = LEVELS[level] ?? 'debug';
  if (asked !== 'error') return asked;
  const retried = log.retriable === true || log.retryCount !== undefined;
  return retried || PASSING.has(namespace) || namespace.startsWith('SaslAuthenticator') ? 'debug' : 'warn';
}

/** Plain values only: an entry may hold whole answers of the broker. */
function fieldsOf(rest: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(rest).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  );
}
