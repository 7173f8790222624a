// What a ClickHouse for tests gives.

export interface ClickHouseOptions {
  /** Default `parallax`. */
  readonly user?: string;
  readonly password?: string;
}

export interface RunningClickHouse {
  /** `front`: ClickHouse's engine inside a process of this project, which speaks the server's HTTP. */
  readonly by: 'containers' | 'front';
  readonly version: string;
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** As the option --store takes it, without the password. The database `parallax` is there. */
  store(database?: string): string;
  /** SIGKILL; what was acknowledged stays. */
  kill(): Promise<void>;
  /** After kill, at the same address; resolves when it serves. */
  start(): Promise<void>;
  /** SIGSTOP, until resumed. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** Made at the start. */
export const DATABASE = 'parallax';
export const DEFAULT_USER = 'parallax';
export const DEFAULT_PASSWORD = 'parallax-of-a-test';

export function storeAddress(url: string, user: string, database: string): string {
  return `${url.replace('//', `//${encodeURIComponent(user)}@`)}/${database}`;
}
