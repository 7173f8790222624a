// The container engine of this machine, if one answers. A `docker` on the PATH proves nothing: the engine is asked.
import type { ContainerRuntimeClient, StartedTestContainer } from 'testcontainers';
import { serversFrom } from './config.ts';

type Testcontainers = typeof import('testcontainers');

export interface ContainerEngine {
  readonly api: Testcontainers;
  readonly client: ContainerRuntimeClient;
  /** Where published ports are reached. */
  readonly host: string;
}

/** @throws whatever the engine says when containers were asked for by name and none answers */
export async function containerEngine(): Promise<ContainerEngine | undefined> {
  const from = serversFrom();
  if (from === 'jars') return undefined;
  try {
    const api = await import('testcontainers');
    const client = await api.getContainerRuntimeClient();
    return { api, client, host: client.info.containerRuntime.host };
  } catch (error) {
    if (from === 'containers') throw error;
    return undefined;
  }
}

/** What tests do to a server in a container, by the engine: a killed one starts again with its files and its ports. */
export interface ContainerControls {
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL after five seconds. */
  stop(): Promise<void>;
  start(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** For good. */
  remove(): Promise<void>;
}

export function containerControls(engine: ContainerEngine, started: StartedTestContainer): ContainerControls {
  const container = engine.client.container.getById(started.getId());
  return {
    kill: async () => void (await container.kill()),
    stop: async () => void (await container.stop({ t: 5 })),
    start: async () => void (await container.start()),
    pause: async () => void (await container.pause()),
    resume: async () => void (await container.unpause()),
    remove: async () => void (await started.stop({ timeout: 0 })),
  };
}
