// The comparator killed at each of its crash points, on a real Kafka and on ClickHouse over HTTP.
import { describeOn } from '@parallax/platform/testing';
import { testKills } from './testing/kills.ts';

describeOn(['kafka', 'clickhouse'], 'the comparator on servers', ({ kafka, clickhouse }) => {
  const { host } = new URL(clickhouse.url);
  testKills({
    prefix: 'comparator-kills-',
    env: () => ({
      ...process.env,
      PARALLAX_LOG: `kafka://${kafka.brokers.join(',')}`,
      PARALLAX_STORE: `http://${clickhouse.user}@${host}/parallax`,
      PARALLAX_STORE_PASSWORD: clickhouse.password,
    }),
  });
});
