// Error codes of the Kafka protocol that mean something to this adapter, and whether waiting helps.
//
// Source: https://kafka.apache.org/protocol#protocol_error_codes.
import errors from 'kafkajs/src/protocol/error.js';

export const NONE = 0;
export const OFFSET_OUT_OF_RANGE = 1;
export const UNKNOWN_TOPIC_OR_PARTITION = 3;
export const LEADER_NOT_AVAILABLE = 5;
export const MESSAGE_TOO_LARGE = 10;
export const INVALID_TOPIC = 17;
export const RECORD_LIST_TOO_LARGE = 18;
export const TOPIC_AUTHORIZATION_FAILED = 29;
export const GROUP_AUTHORIZATION_FAILED = 30;
export const CLUSTER_AUTHORIZATION_FAILED = 31;
export const INVALID_TIMESTAMP = 32;
export const UNSUPPORTED_VERSION = 35;
export const TOPIC_ALREADY_EXISTS = 36;
export const INVALID_CONFIG = 40;
export const NOT_CONTROLLER = 41;
export const OUT_OF_ORDER_SEQUENCE = 45;
export const DUPLICATE_SEQUENCE = 46;
export const INVALID_PRODUCER_EPOCH = 47;
export const UNKNOWN_PRODUCER_ID = 59;
export const NON_EMPTY_GROUP = 68;
export const GROUP_ID_NOT_FOUND = 69;
export const INVALID_RECORD = 87;

/** Others are moving or electing; the same request succeeds once they have. */
const PASSING = new Set([
  LEADER_NOT_AVAILABLE,
  6, // NOT_LEADER_OR_FOLLOWER
  7, // REQUEST_TIMED_OUT
  8, // BROKER_NOT_AVAILABLE
  9, // REPLICA_NOT_AVAILABLE
  13, // NETWORK_EXCEPTION
  14, // COORDINATOR_LOAD_IN_PROGRESS
  15, // COORDINATOR_NOT_AVAILABLE
  16, // NOT_COORDINATOR
  19, // NOT_ENOUGH_REPLICAS
  20, // NOT_ENOUGH_REPLICAS_AFTER_APPEND
  NOT_CONTROLLER,
  56, // KAFKA_STORAGE_ERROR
  74, // FENCED_LEADER_EPOCH
  75, // UNKNOWN_LEADER_EPOCH
  78, // OFFSET_NOT_AVAILABLE
  89, // THROTTLING_QUOTA_EXCEEDED
]);

/** An answer whose error code is not one the caller knows what to do with. */
export class ProtocolFailure extends Error {
  readonly errorCode: number;
  readonly passing: boolean;
  /** The topic it concerns, where several were asked for. */
  readonly topic: string | undefined;

  constructor(errorCode: number, said?: string | null, topic?: string) {
    super(said || describeCode(errorCode));
    this.name = 'ProtocolFailure';
    this.errorCode = errorCode;
    this.passing = PASSING.has(errorCode);
    this.topic = topic;
  }
}

export function describeCode(errorCode: number): string {
  const { type, message, code } = errors.createErrorFromCode(errorCode);
  return code === errorCode ? `${type}: ${message}` : `error ${errorCode}`;
}

/** Throws what is not `NONE`. */
export function check(errorCode: number, said?: string | null): void {
  if (errorCode !== NONE) throw new ProtocolFailure(errorCode, said);
}
