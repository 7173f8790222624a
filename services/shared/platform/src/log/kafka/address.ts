// The address of a Kafka cluster: kafka://host:port,host:port.
import { Fault } from '@parallax/core';
import { withoutPassword } from '../../config/options.ts';

const SCHEME = 'kafka://';
const BROKER = /^(?:[a-zA-Z\d](?:[\w.-]*[a-zA-Z\d])?):(\d{1,5})$/;

/** The brokers to ask first, each `host:port`. @throws Fault `bad-address`, without what looks like a secret. */
export function brokersOf(address: string): readonly string[] {
  const shown = withoutPassword(address);
  if (!address.startsWith(SCHEME)) {
    throw badAddress(`"${shown}" is no address of a Kafka cluster.`);
  }
  const rest = address.slice(SCHEME.length);
  if (rest.includes('@')) {
    throw badAddress(
      `"${shown}" holds a user, which an address must not: addresses are logged.`,
      'Give the user in PARALLAX_LOG_USER and the password in PARALLAX_LOG_PASSWORD or PARALLAX_LOG_PASSWORD_FILE.',
    );
  }
  const brokers = rest
    .replace(/\/$/, '')
    .split(',')
    .filter((broker) => broker !== '');
  if (brokers.length === 0) throw badAddress(`"${shown}" names no broker.`);
  for (const broker of brokers) {
    const port = Number(BROKER.exec(broker)?.[1] ?? 0);
    if (port < 1 || port > 65_535) throw badAddress(`"${broker}" in "${shown}" is no broker: it must be host:port.`);
  }
  return brokers;
}

function badAddress(message: string, cure = 'Give kafka://host:port, several brokers separated by commas.'): Fault {
  return new Fault(message, { code: 'bad-address', cure });
}
