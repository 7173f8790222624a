// How an archive on S3 is reached; whatever is not given here the AWS SDK takes from its own settings.
export interface S3Options {
  /** Of a server that is not AWS, e.g. http://127.0.0.1:9000. Default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the profile. */
  readonly endpoint?: string;
  /** Default: AWS_REGION, the profile; us-east-1 where an endpoint is given, since such servers rarely care. */
  readonly region?: string;
  /** Default: the SDK's chain of providers. */
  readonly credentials?: S3Credentials;
  /** Objects of this size and above are stored in parts. Bytes; default 16 MiB. */
  readonly multipartBytes?: number;
  /** Bytes of a part; S3 allows 5 MiB to 5 GiB and 10,000 parts. Default 8 MiB. */
  readonly partBytes?: number;
  /** Requests in flight at once, the others wait. Default 16. */
  readonly requests?: number;
  /** Keys a page of a listing; S3 gives at most 1,000. Default 1,000. */
  readonly pageKeys?: number;
  /** Tries of a request before its failure is the caller's. Default 6: with the waits below 3 s, at most 6 s. */
  readonly attempts?: number;
  /** The first wait is up to this long, each further one up to twice as long, at random. Milliseconds; default 200. */
  readonly firstWaitMs?: number;
  /** Milliseconds; default 5,000. */
  readonly longestWaitMs?: number;
  /** Milliseconds until a connection must stand; default 5,000. */
  readonly connectTimeoutMs?: number;
  /** A connection on which nothing moves for this long is given up; a slow one is not. Milliseconds; default 30,000. */
  readonly idleTimeoutMs?: number;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export const S3_DEFAULTS = {
  multipartBytes: 16 * 1024 * 1024,
  partBytes: 8 * 1024 * 1024,
  requests: 16,
  pageKeys: 1_000,
  attempts: 6,
  firstWaitMs: 200,
  longestWaitMs: 5_000,
  connectTimeoutMs: 5_000,
  idleTimeoutMs: 30_000,
} satisfies S3Options;

/** The options with their defaults. */
export type S3Settings = S3Options & typeof S3_DEFAULTS;
