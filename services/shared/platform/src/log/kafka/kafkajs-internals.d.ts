// What is used of KafkaJS 2.2.4 below its public door: it ships no types for these modules.
//
// Its public producer, consumer and admin retry, filter and reset in ways that lose records; the connections, the
// metadata and the encodings of the requests underneath are sound.

declare module 'kafkajs/src/cluster/connectionPoolBuilder.js' {
  import type { ISocketFactory, KafkaConfig, Logger } from 'kafkajs';
  import type { ConnectionPool } from 'kafkajs/src/broker/index.js';
  export interface PoolBuilder {
    /** Without a destination: the next of the brokers given. */
    build(destination?: { host: string; port: number; rack?: string | null }): Promise<ConnectionPool>;
  }
  export default function createBuilder(options: {
    readonly brokers: readonly string[];
    readonly logger: Logger;
    readonly socketFactory: ISocketFactory;
    readonly ssl?: KafkaConfig['ssl'];
    readonly sasl?: KafkaConfig['sasl'];
    readonly clientId: string;
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly enforceRequestTimeout: boolean;
  }): PoolBuilder;
}

declare module 'kafkajs/src/broker/index.js' {
  import type { Logger } from 'kafkajs';

  export interface ConnectionPool {
    readonly host: string;
    readonly port: number;
    /** One for fetches, one for everything else. */
    readonly pool: readonly {
      /** Once it was opened. */
      readonly socket?: { destroy(): void };
      /** Called by whatever is sent while it is not open. */
      connect(): Promise<unknown>;
      /** Those that wait for their answer. */
      rejectRequests(error: Error): void;
      /** What was read and is no whole answer yet. */
      chunks: Buffer[];
      readonly bytesBuffered: number;
      /** Takes what was read. */
      processData(data: Buffer): void;
    }[];
    send(exchange: Exchange): Promise<object>;
  }

  export type ApiVersions = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;

  export interface Encoded {
    readonly buf: Buffer;
    readonly buffer: Buffer;
    size(): number;
  }

  export interface ProtocolRequest {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): Promise<Encoded>;
    expectResponse?(): boolean;
  }

  export interface ProtocolResponse {
    decode(raw: Buffer): Promise<object>;
    parse(decoded: object): Promise<object>;
  }

  export interface Exchange {
    readonly request: ProtocolRequest;
    readonly response: ProtocolResponse;
    /** Milliseconds; at least this long, whatever the connection's own. */
    readonly requestTimeout?: number;
    readonly logResponseError?: boolean;
  }

  export interface RequestDefinition {
    readonly versions: readonly string[];
    protocol(which: { version: number }): (request: object) => Exchange;
  }

  class Broker {
    constructor(options: {
      connectionPool: ConnectionPool;
      logger: Logger;
      nodeId?: number | null;
      versions?: ApiVersions | null;
      authenticationTimeout: number;
      allowAutoTopicCreation: boolean;
    });
    readonly nodeId: number | null;
    readonly brokerAddress: string;
    /** By API key; after connect(). */
    readonly versions: ApiVersions | null;
    readonly connectionPool: ConnectionPool;
    isConnected(): boolean;
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    lookupRequest(apiKey: number, definition: RequestDefinition): (request: object) => Exchange;
  }
  export default Broker;
  export type { Broker };
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  import type { RequestDefinition } from 'kafkajs/src/broker/index.js';

  const all: { readonly requests: Readonly<Record<string, RequestDefinition>> };
  export default all;
}

declare module 'kafkajs/src/protocol/requests/apiKeys.js' {
  const keys: Readonly<Record<string, number>>;
  export default keys;
}

declare module 'kafkajs/src/protocol/error.js' {
  const errors: {
    /** A KafkaJSProtocolError with `type`, `code` and `retriable`. */
    createErrorFromCode(code: number): Error & {
      readonly type: string;
      readonly code: number;
      readonly retriable: boolean;
    };
  };
  export default errors;
}

declare module 'kafkajs/src/protocol/requests/produce/v7/response.js' {
  const response: {
    decode(raw: Buffer): Promise<{
      readonly topics: readonly {
        readonly topicName: string;
        readonly partitions: readonly {
          readonly partition: number;
          readonly errorCode: number;
          readonly baseOffset: string;
        }[];
      }[];
    }>;
  };
  export default response;
}

declare module 'kafkajs/src/protocol/encoder.js' {
  import type { Encoded } from 'kafkajs/src/broker/index.js';
  export default class Encoder implements Encoded {
    constructor(initialSize?: number);
    readonly buf: Buffer;
    readonly buffer: Buffer;
    size(): number;
    writeInt8(value: number): this;
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    writeInt64(value: number): this;
    writeString(value: string | null): this;
    writeBuffer(value: Buffer): this;
  }
}

declare module 'kafkajs/src/loggers/index.js' {
  import type { Logger, logCreator, logLevel } from 'kafkajs';

  const loggers: { createLogger(options: { level: logLevel; logCreator: logCreator }): Logger };
  export default loggers;
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs';
  export default function createFactory(): ISocketFactory;
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    readonly pending: readonly object[];
    /** Epoch milliseconds; -1: never. */
    readonly throttledUntil: number;
    scheduleCheckPendingRequests(): void;
  }
}
