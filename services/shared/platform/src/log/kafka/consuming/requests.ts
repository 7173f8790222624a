// Requests of a consumer to its group's coordinator, answered with their error codes as they stand.
import type Broker from 'kafkajs/src/broker/index.js';
import apiKeys from 'kafkajs/src/protocol/requests/apiKeys.js';
import all from 'kafkajs/src/protocol/requests/index.js';
import type { Brokers } from '../brokers.ts';
import { ProtocolFailure } from '../error-codes.ts';

export interface AskOptions {
  /** Milliseconds after which the question has failed and the connection is not used again; default: its own limit. */
  readonly withinMs?: number;
}

/** `api` and the fields of request and answer as KafkaJS names them. Rejects when the connection fails. */
export async function ask<Answer extends object>(
  brokers: Brokers,
  broker: Broker,
  api: string,
  request: object,
  { withinMs }: AskOptions = {},
): Promise<Answer> {
  const [key, definition] = [apiKeys[api], all.requests[api]];
  if (key === undefined || definition === undefined) throw new Error(`KafkaJS knows no request ${api}`);
  const made = broker.lookupRequest(key, definition)(request);
  const sent = broker.connectionPool.send({
    ...made,
    response: { decode: made.response.decode, parse: async (decoded: object) => decoded },
    logResponseError: false,
  });
  try {
    return (await (withinMs === undefined ? sent : within(sent, withinMs))) as Answer;
  } catch (error) {
    const isBroken = error instanceof Error && /ConnectionClosed|RequestTimeout|ConnectionError/.test(error.name);
    if (isBroken || error instanceof ProtocolFailure) brokers.drop(broker);
    throw error;
  }
}

/** Rejects as timed out after `ms`; whatever comes later is ignored. */
export function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  const { promise: outcome, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new ProtocolFailure(CODE.timedOut)), ms);
  promise.then(resolve, reject).finally(() => clearTimeout(timer));
  return outcome;
}

/** Error codes that decide something in a consumer. Source: https://kafka.apache.org/protocol#protocol_error_codes */
export const CODE = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopic: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  timedOut: 7,
  replicaNotAvailable: 9,
  coordinatorLoading: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  illegalGeneration: 22,
  inconsistentProtocol: 23,
  unknownMember: 25,
  rebalancing: 27,
  storageError: 56,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  offsetNotAvailable: 78,
  memberIdRequired: 79,
} as const;

/** The partition has moved, is moving, or our picture of the cluster is old. */
export const MOVED: ReadonlySet<number> = new Set([
  CODE.unknownTopic,
  CODE.leaderNotAvailable,
  CODE.notLeader,
  CODE.timedOut,
  CODE.replicaNotAvailable,
  CODE.storageError,
  CODE.fencedLeaderEpoch,
  CODE.unknownLeaderEpoch,
  CODE.offsetNotAvailable,
]);

/** The coordinator is somewhere else, or not ready. */
export const COORDINATOR_LATER: ReadonlySet<number> = new Set([
  CODE.coordinatorLoading,
  CODE.coordinatorNotAvailable,
  CODE.notCoordinator,
]);

/** The group has moved on without whoever asks. */
export const FENCED: ReadonlySet<number> = new Set([CODE.illegalGeneration, CODE.unknownMember, CODE.rebalancing]);
