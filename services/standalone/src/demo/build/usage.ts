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
  /** Sends one at once. The first tells the parent that the build has joined its group. */
  send(): void;
  /** Another document is published. */
  count(): void;
  /** Sends a last one. */
  stop(): void;
}

const EVERY_MS = 500;

/** Over the parent's IPC channel (`stdio: [..., 'ipc']`), from the first send on twice a second; nothing without one. */
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
  let timer: NodeJS.Timeout | undefined;
  // Listening for messages would keep the process alive; sending alone must not.
  process.channel?.unref();
  return {
    send: () => {
      send();
      timer ??= setInterval(send, EVERY_MS).unref();
    },
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
