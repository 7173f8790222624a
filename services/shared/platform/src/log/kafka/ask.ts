// One request to one broker, answered with every error code as it stands: what a code means depends on who asks.
import type Broker from 'kafkajs/src/broker/index.js';
import apiKeys from 'kafkajs/src/protocol/requests/apiKeys.js';
import all from 'kafkajs/src/protocol/requests/index.js';
import { decodeFetchAnswer, type FetchAnswer } from './fetch-answer.ts';
import { type ListOffsetsAnswer, type ListOffsetsRequest, listOffsetsDefinition } from './list-offsets.ts';

export interface MetadataAnswer {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly topicMetadata: readonly {
    readonly topicErrorCode: number;
    readonly topic: string;
    readonly isInternal: boolean;
    readonly partitionMetadata: readonly {
      readonly partitionErrorCode: number;
      readonly partitionId: number;
      readonly leader: number;
    }[];
  }[];
}

interface PartitionRequest {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number }[];
}

/** Requests of the protocol by KafkaJS's names for them and for their fields. */
export interface Requests {
  readonly Metadata: {
    /** None: all topics. */
    readonly request: { readonly topics: readonly string[]; readonly allowAutoTopicCreation: false };
    readonly answer: MetadataAnswer;
  };
  readonly ListOffsets: {
    readonly request: ListOffsetsRequest;
    readonly answer: ListOffsetsAnswer;
  };
  readonly Fetch: {
    readonly request: {
      readonly isolationLevel: 0 | 1;
      readonly maxWaitTime: number;
      readonly minBytes: number;
      readonly maxBytes: number;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly {
          readonly partition: number;
          readonly fetchOffset: number;
          readonly maxBytes: number;
        }[];
      }[];
    };
    readonly answer: FetchAnswer;
  };
  readonly GroupCoordinator: {
    readonly request: { readonly groupId: string };
    readonly answer: { readonly errorCode: number; readonly coordinator: MetadataAnswer['brokers'][number] };
  };
  readonly OffsetFetch: {
    /** No topics: all of the group's. */
    readonly request: { readonly groupId: string; readonly topics: readonly PartitionRequest[] };
    readonly answer: {
      readonly errorCode: number;
      readonly responses: readonly {
        readonly topic: string;
        readonly partitions: readonly {
          readonly partition: number;
          readonly offset: string;
          readonly metadata: string | null;
          readonly errorCode: number;
        }[];
      }[];
    };
  };
  readonly DeleteGroups: {
    readonly request: readonly string[];
    readonly answer: { readonly results: readonly { readonly groupId: string; readonly errorCode: number }[] };
  };
  readonly CreateTopics: {
    readonly request: {
      readonly topics: readonly {
        readonly topic: string;
        readonly numPartitions: number;
        readonly replicationFactor: number;
        readonly configEntries: readonly { readonly name: string; readonly value: string }[];
      }[];
      readonly timeout: number;
      /** Only say whether it could be done. */
      readonly validateOnly?: boolean;
    };
    readonly answer: {
      readonly topicErrors: readonly { readonly errorCode: number; readonly errorMessage: string | null }[];
    };
  };
  readonly DeleteTopics: {
    readonly request: { readonly topics: readonly string[]; readonly timeout: number };
    readonly answer: { readonly topicErrors: readonly { readonly errorCode: number }[] };
  };
  readonly DescribeConfigs: {
    readonly request: {
      /** Type 2: a topic; 4: a broker, asked of itself. */
      readonly resources: readonly {
        readonly type: 2 | 4;
        readonly name: string;
        readonly configNames: readonly string[];
      }[];
    };
    readonly answer: {
      readonly resources: readonly {
        readonly errorCode: number;
        readonly resourceName: string;
        readonly configEntries: readonly { readonly configName: string; readonly configValue: string | null }[];
      }[];
    };
  };
  readonly InitProducerId: {
    readonly request: { readonly transactionTimeout: number };
    readonly answer: { readonly errorCode: number; readonly producerId: string; readonly producerEpoch: number };
  };
}

export type RequestName = keyof Requests;

/** Rejects with KafkaJS's connection errors; the broker is to be connected. Never with an error code of the answer. */
export async function ask<N extends RequestName>(
  broker: Broker,
  name: N,
  request: Requests[N]['request'],
): Promise<Requests[N]['answer']> {
  const key = apiKeys[name];
  const definition = name === 'ListOffsets' ? listOffsetsDefinition : all.requests[name];
  if (key === undefined || definition === undefined) throw new Error(`KafkaJS knows no request ${name}`);
  const { request: encoding, response, ...exchange } = broker.lookupRequest(key, definition)(request);
  const decode = name === 'Fetch' ? decodeFetchAnswer : response.decode;
  return broker.connectionPool.send({
    ...exchange,
    request: encoding,
    response: { decode, parse: async (decoded) => decoded },
    logResponseError: false,
  }) as Promise<Requests[N]['answer']>;
}
