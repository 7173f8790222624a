// What S3 and the way there throw, told as faults.
import { Fault } from '@parallax/core';
import { expect, test } from 'vitest';
import { DamagedBody, refusalOf, ShortBody, s3Fault } from './failures.ts';

function answered(status: number, name: string, more: object = {}): Error {
  return Object.assign(new Error('as S3 says it'), {
    name,
    $metadata: { httpStatusCode: status, requestId: 'r-1' },
    ...more,
  });
}

function coded(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

test.each<[string, Error, string, string]>([
  ['429', answered(429, 'UnknownError'), 'archive-throttled', 'passing'],
  ['SlowDown', answered(503, 'SlowDown'), 'archive-throttled', 'passing'],
  ['500', answered(500, 'InternalError'), 'archive-unavailable', 'passing'],
  ['a gateway’s 502', answered(502, 'UnknownError'), 'archive-unavailable', 'passing'],
  ['a body that came too slowly', answered(400, 'RequestTimeout'), 'archive-unavailable', 'passing'],
  ['a body damaged on the way there', answered(400, 'BadDigest'), 'archive-unavailable', 'passing'],
  ['a conflict', answered(409, 'ConditionalRequestConflict'), 'archive-contended', 'passing'],
  ['a reset', coded('ECONNRESET'), 'archive-unavailable', 'passing'],
  ['nobody there', coded('ECONNREFUSED'), 'archive-unavailable', 'passing'],
  ['no such host', coded('ENOTFOUND'), 'archive-unavailable', 'passing'],
  ['silence', Object.assign(new Error('timed out'), { name: 'TimeoutError' }), 'archive-unavailable', 'passing'],
  ['an aborted body', new Error('aborted'), 'archive-unavailable', 'passing'],
  ['a short body', new ShortBody('3 of 4 bytes came'), 'archive-unavailable', 'passing'],
  ['a wrong clock', answered(403, 'RequestTimeTooSkewed'), 'archive-clock-skew', 'passing'],
  ['a full disk', answered(507, 'XMinioStorageFull'), 'archive-full', 'passing'],
  ['a full disk of a server that names it otherwise', answered(507, 'UnknownError'), 'archive-full', 'passing'],
  ['a full quota', answered(403, 'QuotaExceeded'), 'archive-full', 'passing'],
  ['a full bucket', answered(400, 'XMinioAdminBucketQuotaExceeded'), 'archive-full', 'passing'],
  ['a slow disk', answered(503, 'SlowDownWrite'), 'archive-throttled', 'passing'],
  ['an object that is too large', answered(400, 'EntityTooLarge'), 'archive-object-too-large', 'lasting'],
  ['a gateway that takes no more', answered(413, 'UnknownError'), 'archive-object-too-large', 'lasting'],
  ['a token that ran out', answered(400, 'ExpiredToken'), 'archive-credentials-expired', 'passing'],
  ['a damaged body', new DamagedBody('x'), 'archive-object-damaged', 'on-the-way'],
  [
    'S3’s own checksum',
    new Error('Checksum mismatch: expected "a" but received "b"'),
    'archive-object-damaged',
    'on-the-way',
  ],
  ['a denial without a name', answered(403, 'UnknownError'), 'archive-forbidden', 'once-proven'],
  [
    'no credentials',
    Object.assign(new Error('x'), { name: 'CredentialsProviderError' }),
    'archive-no-credentials',
    'once-proven',
  ],
  ['no region', new Error('Region is missing'), 'archive-no-region', 'lasting'],
  ['a strange certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'archive-untrusted', 'lasting'],
  ['a frozen object', answered(403, 'InvalidObjectState'), 'archive-frozen', 'lasting'],
])('%s', (_, error, code, nature) => {
  expect(refusalOf(error)).toMatchObject({ code, nature });
});

test('what is not from S3 is left as it is: it is a bug until it is named', () => {
  const bug = new TypeError('x is undefined');
  expect(refusalOf(bug)).toBeUndefined();
  expect(s3Fault('s3://b', 'store k', bug, undefined, false)).toBe(bug);
});

test('a fault says what was wanted, where, what S3 says, and nothing of the request’s signature', () => {
  const error = answered(301, 'PermanentRedirect', {
    AWSAccessKeyId: 'AKIA-shown-to-nobody',
    StringToSign: 'AKIA-shown-to-nobody',
    $response: { headers: { 'x-amz-bucket-region': 'eu-central-1' } },
  });
  const fault = s3Fault('s3://traffic/x', 'store topics/k', error, refusalOf(error), false);
  if (!(fault instanceof Fault)) throw new Error('no fault');
  expect(fault.message).toBe(
    'Cannot store topics/k in the archive s3://traffic/x: the bucket is in another region (PermanentRedirect, HTTP 301; as S3 says it; its region is eu-central-1; request r-1)',
  );
  expect(fault).toMatchObject({ code: 'archive-wrong-region', cure: expect.stringContaining('AWS_REGION') });
  expect(JSON.stringify([fault, fault.cause, fault.stack])).not.toContain('AKIA');
});
