// What S3 refuses, by its error's name or status: what it means, what to do, and whether waiting helps.

export interface Refusal {
  readonly code: string;
  readonly says: string;
  readonly cure: string;
  /**
   * `passing`: it may pass by itself, so it is tried again here and by the caller. `once-proven`: it may pass if the same
   * kind of request has succeeded before, as when credentials are renewed; at the first request it is a mistake to be told.
   * `on-the-way`: most often it happened on the way here, so it is read again; if it stays, it lasts. `lasting`: it stays
   * until somebody acts.
   */
  readonly nature: 'passing' | 'once-proven' | 'on-the-way' | 'lasting';
}

const NOTHING_LOST = 'It is tried again; nothing is lost meanwhile: the log keeps what is not archived.';
const PERMISSIONS =
  's3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload on its objects, s3:ListBucket and s3:ListBucketMultipartUploads on the bucket';

export const UNREACHABLE: Refusal = {
  code: 'archive-unavailable',
  says: 'S3 does not answer',
  cure: `Check AWS_ENDPOINT_URL_S3 and AWS_REGION, and that this machine can reach the server. ${NOTHING_LOST}`,
  nature: 'passing',
};
export const TROUBLED: Refusal = {
  code: 'archive-unavailable',
  says: 'S3 is in trouble',
  cure: NOTHING_LOST,
  nature: 'passing',
};
const SLOW_DOWN: Refusal = {
  code: 'archive-throttled',
  says: 'S3 asks to slow down',
  cure: `${NOTHING_LOST} If this lasts, ask for a higher request rate or use a prefix of its own for each experiment.`,
  nature: 'passing',
};
export const CUT_SHORT: Refusal = {
  code: 'archive-unavailable',
  says: 'the object did not come whole',
  cure: 'It is read again; if this lasts, look at what stands between this machine and S3.',
  nature: 'passing',
};
export const DAMAGED: Refusal = {
  code: 'archive-object-damaged',
  says: 'the object’s checksum is not that of its bytes',
  cure: 'Restore the object from a copy; `parallax archive verify` lists every damaged one.',
  nature: 'on-the-way',
};
export const CLOSED: Refusal = {
  code: 'archive-closed',
  says: 'the archive is closed',
  cure: 'Open it again.',
  nature: 'lasting',
};
export const CONTENDED: Refusal = {
  code: 'archive-contended',
  says: 'others write the same object at the same moment',
  cure: NOTHING_LOST,
  nature: 'passing',
};
export const UNTRUSTED: Refusal = {
  code: 'archive-untrusted',
  says: 'the server’s certificate is not trusted',
  cure: 'Name the authority that signed it in NODE_EXTRA_CA_CERTS, or correct AWS_ENDPOINT_URL_S3.',
  nature: 'lasting',
};
export const NO_REGION: Refusal = {
  code: 'archive-no-region',
  says: 'no region is set',
  cure: 'Set AWS_REGION to the bucket’s region; for a server that is not AWS set AWS_ENDPOINT_URL_S3.',
  nature: 'lasting',
};
export const NO_CREDENTIALS: Refusal = {
  code: 'archive-no-credentials',
  says: 'there are no credentials, or they cannot be loaded',
  cure: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role.',
  nature: 'once-proven',
};
export const BAD_CREDENTIALS: Refusal = {
  code: 'archive-credentials',
  says: 'S3 does not accept the credentials',
  cure: 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the profile), and that AWS_ENDPOINT_URL_S3 is the server they are for.',
  nature: 'once-proven',
};
export const EXPIRED: Refusal = {
  code: 'archive-credentials-expired',
  says: 'the credentials have expired',
  cure: 'Renew them; those that are renewed by a profile or a role are picked up by themselves, those in AWS_SESSION_TOKEN need a restart.',
  nature: 'passing',
};
export const FORBIDDEN: Refusal = {
  code: 'archive-forbidden',
  says: 'S3 denies it',
  cure: `The credentials need ${PERMISSIONS}.`,
  nature: 'once-proven',
};
const SKEWED: Refusal = {
  code: 'archive-clock-skew',
  says: 'this machine’s clock and the server’s are too far apart',
  cure: 'Set this machine’s clock (NTP).',
  nature: 'passing',
};
const ELSEWHERE: Refusal = {
  code: 'archive-wrong-region',
  says: 'the bucket is in another region',
  cure: 'Set AWS_REGION to the bucket’s region.',
  nature: 'lasting',
};
const NO_BUCKET: Refusal = {
  code: 'archive-no-bucket',
  says: 'there is no such bucket',
  cure: 'Create the bucket, or correct its name in --archive or PARALLAX_ARCHIVE (and AWS_ENDPOINT_URL_S3, if it is on another server).',
  nature: 'lasting',
};
const UNFIT: Refusal = {
  code: 'archive-unfit',
  says: 'the server cannot store an object only when its key is free',
  cure: 'Use a server that honours If-None-Match on PutObject and CompleteMultipartUpload, as Amazon S3 does.',
  nature: 'lasting',
};
const TOO_LONG: Refusal = {
  code: 'archive-key-too-long',
  says: 'the key is too long',
  cure: 'Point the archive at a shorter prefix.',
  nature: 'lasting',
};
const FULL: Refusal = {
  code: 'archive-full',
  says: 'its quota or its disk is full',
  cure: `Raise the quota or make room. ${NOTHING_LOST}`,
  nature: 'passing',
};
const TOO_LARGE: Refusal = {
  code: 'archive-object-too-large',
  says: 'the object is larger than the server takes',
  cure: 'Raise the server’s limit (or that of what stands before it), or lower PARALLAX_CHUNK_BYTES; what is not archived stays in the log.',
  nature: 'lasting',
};
const FROZEN: Refusal = {
  code: 'archive-frozen',
  says: 'the object is in a storage class that must be thawed before it can be read',
  cure: 'Restore it (RestoreObject), and keep lifecycle rules from moving the archive to Glacier while it is replayed.',
  nature: 'lasting',
};

export const BY_NAME: Readonly<Record<string, Refusal>> = {
  SlowDown: SLOW_DOWN,
  SlowDownRead: SLOW_DOWN,
  SlowDownWrite: SLOW_DOWN,
  Throttling: SLOW_DOWN,
  ThrottlingException: SLOW_DOWN,
  TooManyRequests: SLOW_DOWN,
  TooManyRequestsException: SLOW_DOWN,
  RequestLimitExceeded: SLOW_DOWN,
  BandwidthLimitExceeded: SLOW_DOWN,
  // S3 gives up on a body that comes too slowly with status 400.
  RequestTimeout: TROUBLED,
  InternalError: TROUBLED,
  ServiceUnavailable: TROUBLED,
  OperationAborted: TROUBLED,
  // Damaged or cut on the way there.
  IncompleteBody: TROUBLED,
  BadDigest: TROUBLED,
  InvalidDigest: TROUBLED,
  XAmzContentSHA256Mismatch: TROUBLED,
  XAmzContentChecksumMismatch: TROUBLED,
  ConditionalRequestConflict: CONTENDED,
  InvalidAccessKeyId: BAD_CREDENTIALS,
  SignatureDoesNotMatch: BAD_CREDENTIALS,
  XAdminUserNotFound: BAD_CREDENTIALS,
  InvalidToken: BAD_CREDENTIALS,
  InvalidClientTokenId: BAD_CREDENTIALS,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  RequestTimeTooSkewed: SKEWED,
  RequestExpired: SKEWED,
  AccessDenied: FORBIDDEN,
  AllAccessDisabled: FORBIDDEN,
  AccountProblem: FORBIDDEN,
  PermanentRedirect: ELSEWHERE,
  AuthorizationHeaderMalformed: ELSEWHERE,
  IllegalLocationConstraintException: ELSEWHERE,
  NoSuchBucket: NO_BUCKET,
  InvalidBucketName: NO_BUCKET,
  NotImplemented: UNFIT,
  KeyTooLongError: TOO_LONG,
  QuotaExceeded: FULL,
  ServiceQuotaExceededException: FULL,
  XMinioStorageFull: FULL,
  XMinioAdminBucketQuotaExceeded: FULL,
  StorageFull: FULL,
  InsufficientStorage: FULL,
  EntityTooLarge: TOO_LARGE,
  MaxMessageLengthExceeded: TOO_LARGE,
  InvalidObjectState: FROZEN,
};

export const BY_STATUS: Readonly<Record<number, Refusal>> = {
  301: ELSEWHERE,
  401: BAD_CREDENTIALS,
  403: FORBIDDEN,
  408: TROUBLED,
  409: CONTENDED,
  413: TOO_LARGE,
  429: SLOW_DOWN,
  501: UNFIT,
  507: FULL,
};
