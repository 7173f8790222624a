// The engine process: owns one chDB directory and serves it on loopback until its parent is gone and nobody else asks.
//
// Started with `node main.ts DIRECTORY` and an IPC channel. It reports once over the channel: ready, locked (another
// engine has the directory) or failed. The channel's end means that the parent has died or does not need it any more.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { lockFile } from '../../lifecycle/os-lock.ts';
import { type Endpoint, removeEndpoint, writeEndpoint } from '../endpoint.ts';
import { ENGINE_ARGUMENTS } from './arguments.ts';
import { createFront } from './front.ts';
import { ENGINE_DATABASE, type EngineReport, RELEASE, USER_AGENT_PREFIX } from './protocol.ts';

/** How long a request of another process keeps an engine whose parent has gone. */
const IDLE_MS = 2_000;

const [directory] = process.argv.slice(2);
if (directory === undefined || process.send === undefined) {
  process.stderr.write('The engine is started by Parallax, with a directory and an IPC channel.\n');
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

let parentGone = false;
let active = 0;
let lastForeign = Number.NEGATIVE_INFINITY;
let stop: (() => void) | undefined;

process.on('disconnect', () => {
  parentGone = true;
  if (stop === undefined) process.exit(0);
  else leaveWhenIdle();
});
process.on('message', (message) => {
  if (message === RELEASE) void report({ kind: restMs() > 0 ? 'staying' : 'leaving' }).then(() => process.disconnect());
});
process.on('SIGTERM', () => (stop === undefined ? process.exit(0) : stop()));

function report(message: EngineReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected && process.send) process.send(message, undefined, {}, () => resolve());
    else resolve();
  });
}

/** Milliseconds to wait for others; 0 or less when nobody else has asked for a while. */
function restMs(): number {
  return Math.max(IDLE_MS - (performance.now() - lastForeign), active > 0 ? 50 : 0);
}

function leaveWhenIdle(): void {
  if (!parentGone || stop === undefined) return;
  const rest = restMs();
  if (rest <= 0) stop();
  else setTimeout(leaveWhenIdle, rest);
}

/** Ends with the report sent; code and message are for the person who started the parent. */
async function refuse(code: string, error: unknown): Promise<never> {
  await report({ kind: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

async function start(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const unlock = lockFile(join(folder, 'lock.sqlite'));
  if (unlock === undefined) {
    await report({ kind: 'locked' });
    process.exit(0);
  }
  const chdb = await import('chdb').catch((error: unknown) => refuse('missing', error));
  const data = join(folder, 'data');
  // Kept open: the engine lives as long as one of its sessions.
  const anchor = new chdb.Session(data, { connectionArgs: ENGINE_ARGUMENTS });
  await anchor.queryAsync(`CREATE DATABASE IF NOT EXISTS ${ENGINE_DATABASE} ENGINE = Atomic`, { format: 'Null' });

  const parent = `${USER_AGENT_PREFIX}${process.ppid}`;
  const token = randomBytes(32).toString('hex');
  const server = createFront({
    token,
    openSession: () => new chdb.Session(data),
    incoming: join(folder, 'incoming'),
    onActivity: (request, change) => {
      active += change;
      if (!request.headers['user-agent']?.startsWith(`${parent} `)) lastForeign = performance.now();
    },
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint: Endpoint = { url: `http://127.0.0.1:${port}`, token, pid: process.pid };
  writeEndpoint(folder, endpoint);
  stop = () => {
    stop = () => {};
    removeEndpoint(folder, endpoint);
    server.close(() => {
      anchor.close();
      unlock();
      process.exit(0);
    });
    server.closeIdleConnections();
  };
  await report({ kind: 'ready', endpoint });
  leaveWhenIdle();
}

start(directory).catch((error: unknown) => refuse('failed', error));
