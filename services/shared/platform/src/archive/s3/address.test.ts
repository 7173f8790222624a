// Which addresses name an archive on S3.
import { expect, test } from 'vitest';
import { openArchive } from '../open-archive.ts';
import { s3Place } from './address.ts';

test.each([
  ['s3://traffic', { bucket: 'traffic', root: '', address: 's3://traffic' }],
  ['s3://traffic/', { bucket: 'traffic', root: '', address: 's3://traffic' }],
  ['s3://my.traffic-1/a/b c', { bucket: 'my.traffic-1', root: 'a/b c/', address: 's3://my.traffic-1/a/b c' }],
  ['S3://traffic/é/', { bucket: 'traffic', root: 'é/', address: 's3://traffic/é' }],
])('%s is a bucket and what its keys begin with', (address, place) => {
  expect(s3Place(address)).toEqual(place);
});

test.each([
  's3:traffic',
  's3:///x',
  's3://ab',
  's3://Traffic/x',
  's3://a..b/x',
  's3://traffic//x',
  's3://traffic/x//',
  's3://traffic/./x',
  's3://traffic/../x',
  's3://traffic/a\\b',
  's3://traffic/a\nb',
  's3://traffic/\ud800',
  's3://traffic/x?endpoint=http://a',
  `s3://traffic/${'x'.repeat(371)}`,
])('%j is refused, with what is allowed', (address) => {
  expect(() => openArchive(address)).toThrow(
    expect.objectContaining({
      code: 'archive-bad-address',
      retryable: false,
      cure: expect.stringContaining('s3://BUCKET/'),
    }),
  );
});

test('credentials in an address are refused and not repeated', () => {
  expect(() => openArchive('s3://id:hush@bucket/x')).toThrow(/^(?!.*hush).*s3:\/\/id:\*\*\*@bucket.*credentials/);
});
