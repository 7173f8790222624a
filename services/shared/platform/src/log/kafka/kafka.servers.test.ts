// The event log on a real Kafka does what every event log must.
import { describeEventLog, describeOn } from '../../testing/index.ts';
import { openKafkaLog } from './log.ts';

describeOn('kafka', 'Kafka', ({ kafka }) => {
  describeEventLog('Kafka', async () => {
    const connect = () => openKafkaLog(`kafka://${kafka.brokers.join(',')}`, { clock: Date.now });
    const log = await connect();
    return { log, clock: Date.now, exclusiveGroups: false, connect, close: () => log.close() };
  });
});
