// The event log an address names.
import { type EventLog, Fault } from '@parallax/core';
import { withoutPassword } from '../config/options.ts';
import { openEmbeddedLog } from './embedded/log.ts';

/** `embedded:DIR`. Throws `bad-address`, `not-built`, and what the folder gives reason for. */
export async function openLog(address: string): Promise<EventLog> {
  if (address.startsWith('embedded:')) {
    const directory = address.slice('embedded:'.length);
    if (directory === '') throw badAddress(address);
    return openEmbeddedLog({ directory });
  }
  if (address.startsWith('kafka:')) {
    throw new Fault('The event log on Kafka is not built yet.', {
      code: 'not-built',
      cure: 'Use the embedded log: embedded:DIR, where DIR is a folder on this machine.',
    });
  }
  throw badAddress(address);
}

function badAddress(address: string): Fault {
  const meant = /^[^:]+$/.test(address) ? `; the folder ${address} would be embedded:${address}` : '';
  return new Fault(`"${withoutPassword(address)}" is no address of an event log; allowed is embedded:DIR.`, {
    code: 'bad-address',
    cure: `Use embedded:DIR, where DIR is a folder on this machine${meant}.`,
  });
}
