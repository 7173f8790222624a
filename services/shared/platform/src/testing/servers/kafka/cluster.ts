// Questions to a running Kafka: is it the one that was started, is it whole.

import { Fault } from '@parallax/core';
import { type Admin, Kafka, logLevel } from 'kafkajs';

/** A client of a test's own. It gives up at once: the caller asks again. */
async function ask<T>(brokers: readonly string[], question: (admin: Admin) => Promise<T>): Promise<T> {
  const kafka = new Kafka({
    clientId: 'parallax-servers',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await question(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Whether all brokers are registered at a controller.
 * @throws Fault `server-other` when another cluster answers: a test must not talk to it
 */
export async function isUp(
  clusterId: string,
  brokers: readonly string[],
  ids: readonly number[] = brokers.map((_, index) => index + 1),
): Promise<boolean> {
  const seen = await ask(brokers, (admin) => admin.describeCluster()).catch(() => undefined);
  if (seen === undefined) return false;
  if (seen.clusterId !== clusterId) {
    throw new Fault(`At ${brokers.join(', ')} answers another Kafka, ${seen.clusterId}, not ${clusterId}.`, {
      code: 'server-other',
      cure: 'Start again: another port will be taken.',
      retryable: true,
    });
  }
  return seen.controller !== null && ids.every((id) => seen.brokers.some(({ nodeId }) => nodeId === id));
}

/** Whether every partition has a leader and all its replicas in sync. */
export async function isInSync(brokers: readonly string[]): Promise<boolean> {
  const seen = await ask(brokers, (admin) => admin.fetchTopicMetadata()).catch(() => undefined);
  return (
    seen?.topics.every((topic) =>
      topic.partitions.every(({ leader, isr, replicas }) => leader >= 0 && isr.length === replicas.length),
    ) ?? false
  );
}

/** @throws Fault `server-start` after a minute */
export async function until(what: string, holds: () => Promise<boolean>, patienceMs = 60_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadline) {
      throw new Fault(`Kafka: ${what} is not so after ${patienceMs / 1000} s.`, {
        code: 'server-start',
        cure: 'Look whether the machine has memory and processor time left, and start again.',
        retryable: true,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
