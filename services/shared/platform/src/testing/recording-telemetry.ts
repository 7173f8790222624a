// Telemetry for tests: keeps every event and lets a test wait for a named one instead of sleeping.
import type { Telemetry, TelemetryEvent } from '../telemetry/telemetry.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';

export interface RecordingTelemetry extends Telemetry {
  readonly events: readonly TelemetryEvent[];
  /** The `count`-th event of this name since the start, as soon as it is there. */
  seen(name: string, count?: number): Promise<TelemetryEvent>;
}

export function recordingTelemetry(service = 'test'): RecordingTelemetry {
  const nowhere = () => undefined;
  const inner = openTelemetry(service, { debug: nowhere, info: nowhere, warn: nowhere, error: nowhere });
  const events: TelemetryEvent[] = [];
  const waiting = new Set<() => void>();
  return {
    events,
    counters: inner.counters,
    record(event) {
      inner.record(event);
      events.push(event);
      for (const look of [...waiting]) look();
    },
    seen: (name, count = 1) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.filter((event) => event.name === name)[count - 1];
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}
