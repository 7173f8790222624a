// Archives on the test run's S3 server, each under a prefix of its own.
import { randomUUID } from 'node:crypto';
import type { Archive, ArchiveObject } from '@parallax/core';
import type { S3Options } from '../archive/s3/options.ts';
import { openS3Archive, type S3Archive } from '../archive/s3/s3-archive.ts';
import type { ArchiveUnderTest } from './describe-archive.ts';
import type { Running } from './servers/start-shared.ts';

/** S3Proxy over a folder shows the files it is writing to as objects, under this name, until they are whole. */
const LITTER = /-[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

export interface S3Subject extends ArchiveUnderTest {
  readonly archive: S3Archive;
  reopen(more?: S3Options): S3Archive;
}

/** An archive nobody has used; `more` is for the first and all further clients. */
export function s3Subject({ bucket, ...server }: Running['s3'], more: S3Options = {}): S3Subject {
  const address = `s3://${bucket}/${randomUUID()}`;
  const opened: S3Archive[] = [];
  const reopen = (again: S3Options = {}) => {
    const archive = withoutLitter(openS3Archive(address, { ...s3Options(server), ...more, ...again }));
    opened.push(archive);
    return archive;
  };
  return {
    archive: reopen(),
    reopen,
    async dispose() {
      await Promise.all(opened.map((archive) => archive.close()));
    },
  };
}

export function s3Options({ endpoint, env }: Pick<Running['s3'], 'endpoint' | 'env'>): S3Options {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = env;
  return { endpoint, credentials: { accessKeyId, secretAccessKey } };
}

/** The archive without what its server is writing to. */
export function withoutLitter<A extends Archive>(archive: A): A {
  return {
    ...archive,
    async *list(prefix: string): AsyncGenerator<ArchiveObject> {
      for await (const object of archive.list(prefix)) if (!LITTER.test(object.key)) yield object;
    },
  };
}
