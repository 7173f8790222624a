// The event log an address names.
import { type EventLog, Fault } from '@parallax/core';
import { withoutPassword } from '../config/options.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { openEmbeddedLog } from './embedded/log.ts';
import type { Compression } from './kafka/codecs.ts';
import { timingFor } from './kafka/consuming/timing.ts';
import type { KafkaSecurity } from './kafka/security.ts';

/** What a Kafka cluster asks of those who come; a folder asks nothing. */
export interface LogAccess extends KafkaSecurity {
  readonly logCompression?: Compression;
  /** How long a group waits for a member that has gone silent. Milliseconds; default 45,000. */
  readonly logSessionMs?: number;
}

export interface LogOptions extends LogAccess {
  /** What the client of a cluster tells of itself; default: nothing is told. */
  readonly telemetry?: Pick<Telemetry, 'record'>;
}

/**
 * `embedded:DIR` or `kafka://HOST:PORT,…`. Throws `bad-address`, `log-security`, and what the folder or the cluster
 * gives reason for.
 */
export async function openLog(address: string, options: LogOptions = {}): Promise<EventLog> {
  if (address.startsWith('embedded:')) {
    const directory = address.slice('embedded:'.length);
    if (directory === '') throw badAddress(address);
    return openEmbeddedLog({ directory });
  }
  if (address.startsWith('kafka:')) {
    // Its client takes a while to load, and most commands on a folder never need it.
    const { openKafkaLog } = await import('./kafka/log.ts');
    const { logCompression = 'none', logSessionMs } = options;
    const timing = logSessionMs === undefined ? {} : { timing: timingFor(logSessionMs) };
    return openKafkaLog(address, { ...options, compression: logCompression, ...timing });
  }
  throw badAddress(address);
}

function badAddress(address: string): Fault {
  const meant = /^[^:]+$/.test(address) ? `; the folder ${address} would be embedded:${address}` : '';
  const brokers = /^[^:/]+:\d+(,|$)/.test(address) ? `; the brokers ${address} would be kafka://${address}` : '';
  return new Fault(
    `"${withoutPassword(address)}" is no address of an event log; allowed are embedded:DIR and kafka://HOST:PORT.`,
    {
      code: 'bad-address',
      cure: `Use embedded:DIR, where DIR is a folder on this machine, or kafka://HOST:PORT,… for a cluster${meant}${brokers}.`,
    },
  );
}
