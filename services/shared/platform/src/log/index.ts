// The event log an address names.
import { type EventLog, Fault } from '@parallax/core';
import { openEmbeddedLog } from './embedded/log.ts';

/** `embedded:DIR`. Throws `bad-address`, `not-built`, and what the folder gives reason for. */
export async function openLog(address: string): Promise<EventLog> {
  if (address.startsWith('embedded:')) {
    const directory = address.slice('embedded:'.length);
    if (directory === '') throw badAddress(address, 'the folder is missing');
    return openEmbeddedLog({ directory });
  }
  if (address.startsWith('kafka:')) {
    throw new Fault('The event log on Kafka is not built yet.', {
      code: 'not-built',
      cure: 'Use the embedded log: embedded:DIR, where DIR is a folder on this machine.',
    });
  }
  throw badAddress(address, 'its kind is unknown');
}

/** The address is not repeated in full: it may hold a password. */
function badAddress(address: string, reason: string): Fault {
  const kind = /^[a-z0-9+.-]*:?/i.exec(address)?.[0] ?? '';
  return new Fault(`"${kind}…" is no address of an event log: ${reason}.`, {
    code: 'bad-address',
    cure: 'Use embedded:DIR, where DIR is a folder on this machine.',
  });
}
