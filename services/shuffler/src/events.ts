// What the shuffler tells: each event gives its log line and its counters together.
import type { TelemetryEvent } from '@parallax/platform';

interface Place {
  readonly topic: string;
  readonly partition: number;
}

export function shufflerStarted(topics: readonly string[], targets: readonly string[], log: string): TelemetryEvent {
  return {
    name: 'shuffler-started',
    level: 'info',
    message: `Keying ${topics.join(', ')} by correlation id, into ${targets.join(', ')}.`,
    fields: { topics, targets, log },
  };
}

export function partitionAssigned(place: Place, offset: number): TelemetryEvent {
  return {
    name: 'partition-assigned',
    level: 'debug',
    message: `Shuffling ${place.topic}, partition ${place.partition}, from offset ${offset}.`,
    fields: { ...place, offset },
  };
}

export function recordsShuffled(target: string, records: number, bytes: number): TelemetryEvent {
  return {
    name: 'records-shuffled',
    level: 'debug',
    message: `Wrote ${records} records to ${target}.`,
    labels: { target },
    counts: { records, bytes },
  };
}

/** The log no longer has what was not yet shuffled. */
export function recordsExpired(place: Place, from: number, to: number): TelemetryEvent {
  return {
    name: 'records-expired',
    level: 'error',
    message: `Offsets ${from} to ${to - 1} of ${place.topic}, partition ${place.partition}, expired before they were shuffled: they are counted as lost, and what may have been answered by them is undecided.`,
    counts: { offsets: to - from },
    fields: { ...place, from, to },
  };
}

export function committed(generation: number, result: string): TelemetryEvent {
  return {
    name: 'progress-committed',
    level: 'debug',
    message: result === 'committed' ? 'Committed.' : `Not committed: ${result}. The next commit covers it.`,
    labels: { result },
    fields: { generation },
  };
}

export function logUnavailable(error: unknown, attempt: number, retryMs: number): TelemetryEvent {
  return {
    name: 'log-unavailable',
    level: attempt === 1 ? 'warn' : 'debug',
    message: `The log does not take what is shuffled; trying again in ${retryMs} ms. Meanwhile nothing is judged that waits for it.`,
    fields: { err: error, attempt, retryMs },
  };
}

export function logBack(attempts: number): TelemetryEvent {
  return {
    name: 'log-back',
    level: 'info',
    message: `The log takes records again, after ${attempts} attempts.`,
    fields: { attempts },
  };
}

export function registryUnreachable(error: unknown, attempt: number, retryMs: number): TelemetryEvent {
  return {
    name: 'registry-unreachable',
    level: attempt === 1 ? 'warn' : 'debug',
    message: `A schema registry cannot be asked; trying again in ${retryMs} ms. What needs its schemas is not shuffled meanwhile, the log keeps it.`,
    fields: { err: error, attempt, retryMs },
  };
}

export function registryBack(attempts: number): TelemetryEvent {
  return {
    name: 'registry-back',
    level: 'info',
    message: `The schema registry answers again, after ${attempts} attempts.`,
    fields: { attempts },
  };
}
