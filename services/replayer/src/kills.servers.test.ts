// The replayer killed at each of its crash points, on a real Kafka, on S3 and on ClickHouse over HTTP.
import { randomUUID } from 'node:crypto';
import { openArchive } from '@parallax/platform';
import { describeOn, s3Options } from '@parallax/platform/testing';
import { testKills } from './testing/kills.ts';

describeOn(['kafka', 's3', 'clickhouse'], 'the replayer on servers', ({ kafka, s3, clickhouse }) => {
  const archive = `s3://${s3.bucket}/${randomUUID()}`;
  testKills({
    prefix: 'replayer-kills-',
    open: (address) => openArchive(address, s3Options(s3)),
    env: () => ({
      ...process.env,
      ...s3.env,
      PARALLAX_LOG: `kafka://${kafka.brokers.join(',')}`,
      PARALLAX_ARCHIVE: archive,
      PARALLAX_STORE: `http://${clickhouse.user}@${new URL(clickhouse.url).host}/parallax`,
      PARALLAX_STORE_PASSWORD: clickhouse.password,
    }),
  });
});
