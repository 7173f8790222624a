// The official S3 client with every setting that matters named. Loading it takes a quarter of a second, so it is loaded
// when it is first needed: most commands never touch S3.
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Settings } from './options.ts';

export type S3Module = typeof import('@aws-sdk/client-s3');

export interface OpenClient {
  readonly s3: S3Module;
  readonly client: S3Client;
}

const silent = () => undefined;

export async function openClient(options: S3Settings): Promise<OpenClient> {
  const s3 = await import('@aws-sdk/client-s3');
  const { endpoint, region, credentials, connectTimeoutMs, idleTimeoutMs, requests } = options;
  const connect = (more: S3ClientConfig) =>
    new s3.S3Client({
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      ...(credentials === undefined ? {} : { credentials }),
      ...more,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_SUPPORTED',
      responseChecksumValidation: 'WHEN_SUPPORTED',
      logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
      requestHandler: {
        connectionTimeout: connectTimeoutMs,
        socketTimeout: idleTimeoutMs,
        // Never reached, since no more requests are let through at once: one that waits for a socket would time out.
        httpAgent: { keepAlive: true, maxSockets: 2 * requests },
        httpsAgent: { keepAlive: true, maxSockets: 2 * requests },
      },
    });
  const plain = connect({});
  // Servers that are not AWS are rarely reached by a host name for each bucket, and have no regions to speak of.
  const ownServer = endpoint ?? (await plain.config.serviceConfiguredEndpoint?.());
  const regionSet = await plain.config.region().catch(() => undefined);
  const standard = plain.config.credentialDefaultProvider;
  const client = connect({
    // A client is opened anew when its credentials are denied: then the files are to be read again, too.
    credentialDefaultProvider: (input) => standard({ ...input, ignoreCache: true }),
    ...(ownServer === undefined ? {} : { forcePathStyle: true }),
    ...(ownServer !== undefined && regionSet === undefined ? { region: 'us-east-1' } : {}),
  });
  plain.destroy();
  return { s3, client };
}
