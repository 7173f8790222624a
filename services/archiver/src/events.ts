// What the archiver tells: each event gives its log line and its counters together.
import type { Manifest } from '@parallax/core';
import type { TelemetryEvent } from '@parallax/platform';

interface Place {
  readonly topic: string;
  readonly partition: number;
}

export function archiverStarted(topics: readonly string[], archive: string, log: string): TelemetryEvent {
  return { name: 'archiver-started', level: 'info', message: 'Archiving.', fields: { topics, archive, log } };
}

export function partitionAssigned(place: Place, offset: number): TelemetryEvent {
  return {
    name: 'partition-assigned',
    level: 'debug',
    message: `Archiving ${place.topic}, partition ${place.partition}, from offset ${offset}.`,
    fields: { ...place, offset },
  };
}

/** The log no longer has what was committed as not yet archived. */
export function recordsExpired(place: Place, from: number, to: number): TelemetryEvent {
  return {
    name: 'records-expired',
    level: 'error',
    message: `Offsets ${from} to ${to - 1} of ${place.topic}, partition ${place.partition}, expired before they were read; only tails may hold them.`,
    counts: { offsets: to - from },
    fields: { ...place, from, to },
  };
}

/** The log ends before what was committed: the topic was deleted and created anew. */
export function logRestarted(place: Place, committed: number, end: number): TelemetryEvent {
  return {
    name: 'log-restarted',
    level: 'warn',
    message: `${place.topic}, partition ${place.partition}, ends at ${end}, before the committed offset ${committed}: it was created anew and is archived from its start.`,
    fields: { ...place, committed, end },
  };
}

export function objectStored(kind: 'full' | 'tail', outcome: 'created' | 'exists', manifest: Manifest): TelemetryEvent {
  const { key, first, last, count, bytes } = manifest;
  const created = outcome === 'created';
  return {
    name: 'object-stored',
    level: 'debug',
    message: created ? `Stored ${key}.` : `${key} was there already.`,
    labels: { kind, outcome },
    counts: { records: created ? count : 0, bytes: created ? bytes : 0 },
    fields: { key, first, last },
  };
}

export function tailsRemoved(by: string, keys: readonly string[]): TelemetryEvent {
  return {
    name: 'tails-removed',
    level: 'debug',
    message: `${by} supersedes ${keys.length} tail${keys.length === 1 ? '' : 's'}.`,
    counts: { tails: keys.length },
    fields: { by, keys },
  };
}

export function objectConflict(key: string, quarantine: string, why: string): TelemetryEvent {
  return {
    name: 'object-conflict',
    level: 'error',
    message: `${key} holds other records than the log (${why}); the log's were set aside in ${quarantine}.`,
    fields: { key, quarantine, why },
  };
}

export function archiveUnavailable(error: unknown, attempt: number, retryMs: number): TelemetryEvent {
  return {
    name: 'archive-unavailable',
    level: attempt === 1 ? 'warn' : 'debug',
    message: `The archive does not take objects; trying again in ${retryMs} ms. The log keeps what is not archived.`,
    fields: { err: error, attempt, retryMs },
  };
}

export function archiveBack(attempts: number): TelemetryEvent {
  return {
    name: 'archive-back',
    level: 'info',
    message: `The archive takes objects again, after ${attempts} attempts.`,
    fields: { attempts },
  };
}

/** On stopping: what was not stored is read again from the log next time. */
export function leftForNextStart(place: Place, error: unknown): TelemetryEvent {
  return {
    name: 'left-for-next-start',
    level: 'warn',
    message: `Stopping without the last records of ${place.topic}, partition ${place.partition}: the archive does not take them. They are read again at the next start.`,
    fields: { ...place, err: error },
  };
}

export function fenced(place: Place, generation: number): TelemetryEvent {
  return {
    name: 'fenced',
    level: 'info',
    message: `${place.topic}, partition ${place.partition}, has another owner now.`,
    fields: { ...place, generation },
  };
}
