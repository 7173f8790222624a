// Fetches without KafkaJS's decoding: the client asks and schedules, the bytes of the answer are read here.
//
// What KafkaJS gets to see of an answer is one message for each record batch, with the batch's last offset, so that its own
// filters, offsets and events count skipped, aborted and compacted records rightly and cost nothing per record. The batch
// hangs on the message; {@link batchOf} takes it off again.

import type { Decompress } from './record-batches.ts';
import { isAbort, type RecordBatch, readBatches } from './record-batches.ts';

/** One record batch, dressed as KafkaJS expects a message. */
export interface BatchMessage {
  readonly offset: string;
  readonly key: null;
  readonly isControlRecord: false;
  readonly batchContext: { readonly producerId: '-1'; readonly inTransaction: false };
  readonly fetched: FetchedBatch;
}

export interface FetchedBatch {
  readonly batch: RecordBatch;
  /** Not to be delivered: a marker, or part of a transaction that was aborted. Its offsets still count. */
  readonly isHidden: boolean;
}

export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  /** Log start offset (KafkaJS's name for it). */
  readonly lastStartOffset: string;
  /** Always empty: the filter that reads it lets aborted records through. */
  readonly abortedTransactions: readonly never[];
  readonly preferredReadReplica: number;
  readonly messages: readonly BatchMessage[];
}

export interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
}

interface Aborted {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** Decodes the answer to a fetch of version 11 (brokers from 2.3 on). Source: https://kafka.apache.org/protocol */
export async function decodeFetch(bytes: Buffer, decompress: Decompress): Promise<FetchResponse> {
  const reader = new ResponseReader(bytes);
  const clientSideThrottleTime = reader.int32();
  const errorCode = reader.int16();
  const sessionId = reader.int32();
  const responses: { topicName: string; partitions: FetchedPartition[] }[] = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topicName = reader.text();
    const partitions: FetchedPartition[] = [];
    for (let left = reader.int32(); left > 0; left--) partitions.push(await decodePartition(reader, decompress));
    responses.push({ topicName, partitions });
  }
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function decodePartition(reader: ResponseReader, decompress: Decompress): Promise<FetchedPartition> {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = String(reader.int64());
  const lastStableOffset = String(reader.int64());
  const lastStartOffset = String(reader.int64());
  const aborted: Aborted[] = [];
  for (let left = reader.int32(); left > 0; left--) {
    aborted.push({ producerId: reader.int64(), firstOffset: Number(reader.int64()) });
  }
  const preferredReadReplica = reader.int32();
  const batches = await readBatches(reader.bytes(), decompress);
  return {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    lastStartOffset,
    abortedTransactions: [],
    preferredReadReplica,
    messages: hideAborted(batches, aborted).map(dressed),
  };
}

class ResponseReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int16(): number {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  int64(): bigint {
    this.#at += 8;
    return this.#bytes.readBigInt64BE(this.#at - 8);
  }

  text(): string {
    return this.#take(this.int16()).toString('utf8');
  }

  bytes(): Buffer {
    return this.#take(this.int32());
  }

  #take(length: number): Buffer {
    const from = this.#at;
    this.#at += Math.max(0, length);
    return this.#bytes.subarray(from, this.#at);
  }
}

/**
 * A producer's records are hidden from the first offset of its aborted transaction up to its abort marker. `aborted` says
 * which transactions with records among these were; they may overlap, and begin before the first batch.
 */
export function hideAborted(batches: readonly RecordBatch[], aborted: readonly Aborted[]): FetchedBatch[] {
  const ahead = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const aborting = new Set<bigint>();
  return batches.map((batch) => {
    while (ahead.length > 0 && (ahead[0] as Aborted).firstOffset <= batch.lastOffset) {
      aborting.add((ahead.shift() as Aborted).producerId);
    }
    if (batch.isControl) {
      if (isAbort(batch)) aborting.delete(batch.producerId);
      return { batch, isHidden: true };
    }
    return { batch, isHidden: batch.isTransactional && aborting.has(batch.producerId) };
  });
}

function dressed(fetched: FetchedBatch): BatchMessage {
  return {
    offset: String(fetched.batch.lastOffset),
    key: null,
    isControlRecord: false,
    batchContext: { producerId: '-1', inTransaction: false },
    fetched,
  };
}

/** What one of KafkaJS's messages holds; undefined for one of its own making. */
export function batchOf(message: object): FetchedBatch | undefined {
  return 'fetched' in message ? (message as BatchMessage).fetched : undefined;
}

/** The part of KafkaJS's broker that makes requests; not in its published types. */
export interface FetchingBroker {
  lookupRequest(apiKey: number, definition: unknown): (args: object) => KafkaRequest;
}

interface KafkaRequest {
  readonly request: { readonly apiVersion: number };
  readonly response: { readonly decode: (raw: Buffer) => Promise<unknown>; readonly parse: unknown };
}

const FETCH = 1;
const VERSION = 11;
const replaced = Symbol('its fetches are decoded here');

/**
 * Makes this broker's fetches come back as {@link BatchMessage}s. Call whenever the client hands a broker out: connecting
 * again gives it a new way of making requests. Brokers that speak no fetch of version 11 throw on the first one.
 */
export function decodeFetchesOf(broker: FetchingBroker, decompress: Decompress): void {
  const lookup = broker.lookupRequest as FetchingBroker['lookupRequest'] & { [replaced]?: true };
  if (lookup[replaced]) return;
  const wrapped: typeof lookup = (apiKey, definition) => {
    const make = lookup.call(broker, apiKey, definition);
    if (apiKey !== FETCH) return make;
    return (args) => {
      const made = make(args);
      if (made.request.apiVersion !== VERSION) throw new Error('This broker is older than Kafka 2.3.');
      return { ...made, response: { ...made.response, decode: (raw: Buffer) => decodeFetch(raw, decompress) } };
    };
  };
  wrapped[replaced] = true;
  broker.lookupRequest = wrapped;
}
