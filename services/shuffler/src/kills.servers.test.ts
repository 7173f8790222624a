// The shuffler killed at each of its crash points, on a real Kafka.
import { describeOn } from '@parallax/platform/testing';
import { testKills } from './testing/kills.ts';

describeOn(['kafka'], 'the shuffler on servers', ({ kafka }) => {
  testKills({
    prefix: 'shuffler-kills-',
    env: () => ({ ...process.env, PARALLAX_LOG: `kafka://${kafka.brokers.join(',')}` }),
  });
});
