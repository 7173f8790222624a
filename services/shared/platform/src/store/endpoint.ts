// DIR/endpoint: where the engine of a directory listens, and the token it asks for. Readable by its owner only.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Endpoint {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

function file(directory: string): string {
  return join(directory, 'endpoint');
}

/** Readers see the old one or the new one, never a part. */
export function writeEndpoint(directory: string, endpoint: Endpoint): void {
  const temporary = `${file(directory)}.${endpoint.pid}`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, JSON.stringify(endpoint), { mode: 0o600 });
  renameSync(temporary, file(directory));
}

/** What the directory's last engine wrote; it may be dead. Undefined when there is none, or none that can be understood. */
export function readEndpoint(directory: string): Endpoint | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file(directory), 'utf8'));
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { url, token, pid } = parsed as Partial<Record<keyof Endpoint, unknown>>;
  if (typeof url !== 'string' || typeof token !== 'string' || typeof pid !== 'number') return undefined;
  return /^http:\/\/127\.0\.0\.1:\d+$/.test(url) ? { url, token, pid } : undefined;
}

/** Removes the file only while it still names this engine. */
export function removeEndpoint(directory: string, endpoint: Endpoint): void {
  if (readEndpoint(directory)?.token === endpoint.token) rmSync(file(directory), { force: true });
}
