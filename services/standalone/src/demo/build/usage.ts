// What a build costs its host, told to the process that started it.

export interface Usage {
  readonly kind: 'usage';
  readonly residentBytes: number;
  /** User and system time since the start. Milliseconds. */
  readonly cpuMs: number;
  /** Since the start. Milliseconds. */
  readonly uptimeMs: number;
  /** Documents published. */
  readonly documents: number;
}

export interface UsageReport {
  count(): void;
  /** Sends a last one. */
  stop(): void;
}

const EVERY_MS = 500;

/** Twice a second over the parent's IPC channel (`stdio: [..., 'ipc']`); nothing where there is none. */
export function reportUsage(): UsageReport {
  let documents = 0;
  const send = () => {
    if (!process.connected) return;
    const { user, system } = process.cpuUsage();
    const usage: Usage = {
      kind: 'usage',
      residentBytes: process.memoryUsage.rss(),
      cpuMs: Math.round((user + system) / 1000),
      uptimeMs: Math.round(process.uptime() * 1000),
      documents,
    };
    process.send?.(usage);
  };
  const timer = setInterval(send, EVERY_MS);
  timer.unref();
  // Listening for messages would keep the process alive; sending alone must not.
  process.channel?.unref();
  return {
    count: () => {
      documents += 1;
    },
    stop: () => {
      clearInterval(timer);
      send();
    },
  };
}

/** Whether a child's message is a usage report. */
export function isUsage(message: unknown): message is Usage {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'usage';
}
