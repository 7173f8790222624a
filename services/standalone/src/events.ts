// What standalone tells about itself: the archiver's and the comparator's events tell of the work.
import type { TelemetryEvent } from '@parallax/platform';

export function standaloneStarted(fields: Readonly<Record<string, unknown>>): TelemetryEvent {
  return { name: 'standalone-started', level: 'info', message: 'Archiving and comparing.', fields };
}

export function standaloneStopped(reason: string): TelemetryEvent {
  return { name: 'standalone-stopped', level: 'info', message: `Stopped: ${reason}.`, fields: { reason } };
}
