// Turns what the S3 client throws into what it means for the archive.
import { Fault } from '@parallax/core';
import {
  BY_NAME,
  BY_STATUS,
  CLOSED,
  CUT_SHORT,
  DAMAGED,
  NO_CREDENTIALS,
  NO_REGION,
  type Refusal,
  TROUBLED,
  UNREACHABLE,
  UNTRUSTED,
} from './refusals.ts';

/** A body that ended early, or stood still. */
export class ShortBody extends Error {
  override readonly name = 'ShortBody';
}

/** A body whose checksum is not the one it was stored with. */
export class DamagedBody extends Error {
  override readonly name = 'DamagedBody';
}

const UNTRUSTED_CODES = /^(CERT_|ERR_TLS_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_SSL_)/;
const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EMFILE',
  'EPROTO',
]);

/** The status of S3's answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** Undefined: nothing that is known to come from S3 or the way there, so a bug until it is named. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'AbortError') return CLOSED;
  if (error instanceof ShortBody) return CUT_SHORT;
  // The client's own check of S3's checksum is a plain Error.
  if (error instanceof DamagedBody || error.message.startsWith('Checksum mismatch')) return DAMAGED;
  if (isNamed(error, 'CredentialsProviderError', 'TokenProviderError')) return NO_CREDENTIALS;
  if (/^Region is missing/.test(error.message)) return NO_REGION;
  const status = statusOf(error);
  const known = BY_NAME[error.name] ?? (status === undefined ? undefined : BY_STATUS[status]);
  if (known !== undefined) return known;
  if (status !== undefined && status >= 500) return TROUBLED;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (UNTRUSTED_CODES.test(code)) return UNTRUSTED;
  if (LOST.has(code) || code.startsWith('HPE_') || isNamed(error, 'TimeoutError')) return UNREACHABLE;
  if (/socket hang up|aborted|premature close|other side closed/i.test(error.message)) return UNREACHABLE;
  return undefined;
}

/** `doing` is a clause: "store topics/…". Errors of no known kind from S3 become `archive-failed`; others stay as they are. */
export function s3Fault(
  address: string,
  doing: string,
  error: unknown,
  refusal: Refusal | undefined,
  retryable: boolean,
) {
  if (error instanceof Fault) return error;
  if (refusal === undefined && statusOf(error) === undefined) return error;
  const why = describe(error);
  const { code, says, cure } = refusal ?? {
    code: 'archive-failed',
    says: 'S3 refuses the request',
    cure: 'See what S3 says; `parallax doctor` checks what the archive needs of a server.',
  };
  return new Fault(`Cannot ${doing} in the archive ${address}: ${says}${why === '' ? '' : ` (${why})`}`, {
    code,
    cure,
    retryable,
    // Not S3's error itself: it carries the request's signature and key id, which a logger would print.
    cause: new Error(why),
  });
}

/** Name, status, what S3 says, and the ids its operators ask for. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const status = statusOf(error);
  const region = regionOf(error);
  const requestId =
    '$metadata' in error &&
    typeof error.$metadata === 'object' &&
    error.$metadata !== null &&
    'requestId' in error.$metadata
      ? error.$metadata.requestId
      : undefined;
  const told = firstLine(error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : error.message);
  return [
    status === undefined ? '' : `${error.name}, HTTP ${status}`,
    told,
    region === undefined ? '' : `its region is ${region}`,
    requestId === undefined ? '' : `request ${requestId}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** Where S3 says the bucket is. */
function regionOf(error: Error): string | undefined {
  if ('Region' in error && typeof error.Region === 'string') return error.Region;
  if (!('$response' in error) || typeof error.$response !== 'object' || error.$response === null) return undefined;
  if (!('headers' in error.$response) || typeof error.$response.headers !== 'object') return undefined;
  const headers = new Map(Object.entries(error.$response.headers ?? {}));
  const region: unknown = headers.get('x-amz-bucket-region');
  return typeof region === 'string' ? region : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function firstLine(message: string): string {
  const line = (message.split('\n', 1)[0] ?? '').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
