// Connections of a log on Kafka: none is left behind that would keep a process alive.
import { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { describeOn } from '../../testing/servers/describe-on.ts';
import { openKafkaLog } from './log.ts';

describeOn('kafka', 'the connections of a log on Kafka', ({ kafka: { brokers } }) => {
  test('are all closed with it, however many reads were the first', async () => {
    const opened: Socket[] = [];
    const connect = Socket.prototype.connect;
    const watched = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args) {
      opened.push(this);
      return Reflect.apply(connect, this, args);
    });
    const log = await openKafkaLog(`kafka://${brokers.join(',')}`);
    const topic = `first-reads-${crypto.randomUUID()}`;
    await log.ensureTopic({ topic, partitions: 4 });
    await Promise.all([0, 1, 2, 3].map((partition) => log.read(topic, partition, 0, 1)));
    watched.mockRestore();
    expect(opened.length).toBeGreaterThan(0);
    await log.close();
    expect(opened.filter((socket) => !socket.destroyed)).toEqual([]);
  });
});
