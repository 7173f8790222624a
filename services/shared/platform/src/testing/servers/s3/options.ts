// What an S3 server for tests gives.
import type { Progress } from '../java.ts';

export interface S3Options {
  /** Made at the start. Default `parallax`. */
  readonly bucket?: string;
  readonly tell?: Progress;
}

export interface RunningS3 {
  readonly by: 'containers' | 'jars';
  readonly version: string;
  readonly endpoint: string;
  readonly bucket: string;
  /** What the SDK reads from the environment: keys, region, AWS_ENDPOINT_URL_S3. */
  readonly env: Readonly<Record<string, string>>;
  /** SIGKILL; what was acknowledged stays. */
  kill(): Promise<void>;
  /** After kill, at the same address; resolves when it serves. */
  start(): Promise<void>;
  /** SIGSTOP, until resumed. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export const S3_KEY = 'parallax';
export const S3_SECRET = 'parallax-of-a-test';
export const DEFAULT_BUCKET = 'parallax';

export function s3Environment(endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: S3_KEY,
    AWS_SECRET_ACCESS_KEY: S3_SECRET,
    AWS_REGION: 'us-east-1',
  };
}
