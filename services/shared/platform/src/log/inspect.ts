// What the log at an address lets itself be asked beyond the port: a cluster has brokers, rights and settings, a folder none.

import type { LogAccess } from './index.ts';
import type { KafkaInspection } from './kafka/inspecting/inspection.ts';

/**
 * undefined for a folder. Nothing is written, no group is joined.
 * @throws Fault as opening the log does
 */
export async function inspectLog(address: string, access: LogAccess = {}): Promise<KafkaInspection | undefined> {
  if (!address.startsWith('kafka:')) return undefined;
  const { inspectKafka } = await import('./kafka/inspecting/inspection.ts');
  return inspectKafka(address, access);
}
