// The archiver killed at each of its crash points, on a real Kafka and on S3.
import { randomUUID } from 'node:crypto';
import { openArchive } from '@parallax/platform';
import { describeOn, s3Options, withoutLitter } from '@parallax/platform/testing';
import { testKills } from './testing/kills.ts';

describeOn(['kafka', 's3'], 'the archiver on servers', ({ kafka, s3 }) => {
  const place = `s3://${s3.bucket}/${randomUUID()}`;
  testKills({
    prefix: 'archiver-kills-',
    log: () => `kafka://${kafka.brokers.join(',')}`,
    archive: (_, name) => `${place}/${name}`,
    open: (address) => withoutLitter(openArchive(address, s3Options(s3))),
    env: { ...process.env, ...s3.env },
  });
});
