// What the comparator tells: each event gives its log line and its counters together.
import type { DeadLetter, OutageRow, Unreadable } from '@parallax/core';
import type { TelemetryEvent } from '@parallax/platform';

interface Place {
  readonly output: string;
  readonly partition: number;
}

export function comparatorStarted(experiment: string, run: string, log: string, store: string): TelemetryEvent {
  return {
    name: 'comparator-started',
    level: 'info',
    message: `Comparing ${experiment}, run ${run}.`,
    fields: { experiment, run, log, store },
  };
}

export function joinStarted(
  place: Place,
  positions: { legacy: number; candidate: number },
  fresh: boolean,
): TelemetryEvent {
  const how = fresh ? 'Begins' : 'Goes on';
  return {
    name: 'join-started',
    level: 'debug',
    message: `${how} with output ${place.output}, partition ${place.partition}, at legacy offset ${positions.legacy} and candidate offset ${positions.candidate}.`,
    fields: { ...place, ...positions },
  };
}

export function historySkipped(topic: string, from: number, events: number): TelemetryEvent {
  return {
    name: 'history-skipped',
    level: 'info',
    message: `${topic} began long before the other side: ${events} older events are left out, reading begins ${new Date(from).toISOString()}. Use --from earliest to read them.`,
    fields: { topic, from, events },
  };
}

export function rowsWritten(pairs: number, differences: number): TelemetryEvent {
  return {
    name: 'rows-written',
    level: 'debug',
    message: `Wrote ${pairs} pairs and ${differences} differences.`,
    counts: { pairs, differences },
  };
}

/** Events of both sides in the partitions of this process: judged or set aside, waiting, and not read yet. */
export interface Standing {
  readonly judged: number;
  readonly open: number;
  readonly unread: number;
}

export function cutCommitted(generation: number, cut: number, standing: Standing): TelemetryEvent {
  return {
    name: 'cut-committed',
    level: 'debug',
    message: `Committed cut ${cut} of generation ${generation}.`,
    fields: { generation, cut, ...standing },
  };
}

export function cutNotCommitted(result: 'refused' | 'unknown', cut: number): TelemetryEvent {
  return {
    name: 'cut-not-committed',
    level: result === 'refused' ? 'info' : 'warn',
    message:
      result === 'refused'
        ? `Cut ${cut} was refused: the group has given these partitions to another process, or takes this one for gone.`
        : `The answer to the commit of cut ${cut} was lost; the next cut decides.`,
    labels: { result },
    fields: { cut },
  };
}

export function storeUnavailable(error: unknown, attempt: number, retryMs: number): TelemetryEvent {
  return {
    name: 'store-unavailable',
    level: attempt === 1 ? 'warn' : 'debug',
    message: `The divergence store does not answer; trying again in ${retryMs} ms. Reading pauses, the log keeps what comes.`,
    fields: { err: error, attempt, retryMs },
  };
}

export function registryUnreachable(error: unknown, attempt: number, retryMs: number): TelemetryEvent {
  return {
    name: 'registry-unreachable',
    level: attempt === 1 ? 'warn' : 'debug',
    message: `A schema registry cannot be asked; trying again in ${retryMs} ms. What needs its schemas is not read meanwhile, the log keeps it.`,
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

export function storeBack(attempts: number): TelemetryEvent {
  return {
    name: 'store-back',
    level: 'info',
    message: `The divergence store answers again, after ${attempts} attempts.`,
    fields: { attempts },
  };
}

export function logUnavailable(error: unknown, attempt: number): TelemetryEvent {
  return {
    name: 'log-unavailable',
    level: attempt === 1 ? 'warn' : 'debug',
    message: 'The event log does not answer as it should; it is tried again. Nothing is judged without its evidence.',
    fields: { err: error, attempt },
  };
}

export function logBack(attempts: number): TelemetryEvent {
  return {
    name: 'log-back',
    level: 'info',
    message: `The event log answers again, after ${attempts} failed attempts.`,
    fields: { attempts },
  };
}

/** On stopping: what was not written or committed is judged again from the log next time. */
export function leftForNextStart(error: unknown): TelemetryEvent {
  return {
    name: 'left-for-next-start',
    level: 'warn',
    message:
      'Stopping without the last rows or commit: they are not taken now. The next start judges their events again.',
    fields: { err: error },
  };
}

/** A start was asked for, but the checkpoint says where to go on. */
export function startIgnored(from: string, partitions: number): TelemetryEvent {
  return {
    name: 'start-ignored',
    level: 'info',
    message: `Goes on from the checkpoint of ${partitions} partitions; --from ${from} counts only where there is none.`,
    fields: { from, partitions },
  };
}

/** Of each topic and column the first few are told aloud, the others where one looks for them; all are counted. */
export function eventUnreadable(place: Place, topic: string, event: Unreadable, isLoud: boolean): TelemetryEvent {
  const why = event.column === 'no-id' ? 'has no correlation id' : `cannot be decoded (${event.reason})`;
  return {
    name: 'event-unreadable',
    level: isLoud ? 'warn' : 'debug',
    message: `The event at offset ${event.offset} of ${topic}, partition ${place.partition}, ${why}; it is counted as ${event.column}.`,
    labels: { column: event.column, side: event.side },
    fields: { ...place, topic, offset: event.offset, reason: event.reason },
  };
}

/** Retention was faster than we: what the other side published meanwhile is not called missing. */
export function eventsLost(
  place: { readonly topic: string; readonly partition: number },
  start: number,
  events: number,
): TelemetryEvent {
  return {
    name: 'events-lost',
    level: 'error',
    message: `${events} events of ${place.topic}, partition ${place.partition}, expired before they were read: the log begins at offset ${start} now. They are counted as lost, and what they may have answered is inconclusive. Keep the topic's records longer than the windows and every pause of the comparator.`,
    counts: { events },
    fields: { ...place, start },
  };
}

export function deadLettersWritten(topic: string, letters: number): TelemetryEvent {
  return {
    name: 'dead-letters-written',
    level: 'debug',
    message: `Wrote ${letters} dead letters to ${topic}.`,
    counts: { letters },
    fields: { topic },
  };
}

export function deadLetterWithoutValue(deadLetters: string, letter: DeadLetter): TelemetryEvent {
  const { topic, partition, offset, value } = letter;
  const bytes = value?.length ?? 0;
  return {
    name: 'dead-letter-without-value',
    level: 'warn',
    message: `The event at offset ${offset} of ${topic}, partition ${partition}, is larger than ${deadLetters} takes (max.message.bytes); its dead letter goes without the value of ${bytes} bytes, which only ${topic} and the archive have.`,
    fields: { topic, partition, offset, bytes },
  };
}

export function eventsReopened(events: number, left: number): TelemetryEvent {
  return {
    name: 'events-reopened',
    level: 'info',
    message: `Reading ${events} events again that could not be read before${left === 0 ? '' : `; ${left} stay counted as they are, the log no longer has them or they lie too far back to be known one by one`}.`,
    counts: { events, left },
  };
}

export function outageNoticed(outage: OutageRow): TelemetryEvent {
  const { output, partition, side, began, ended, events } = outage;
  const since = new Date(began).toISOString();
  return {
    name: ended === null ? 'outage-began' : 'outage-ended',
    level: 'warn',
    message:
      ended === null
        ? `The ${side} side of ${output}, partition ${partition}, has gone silent (since ${since}); nothing is called missing meanwhile.`
        : `The ${side} side of ${output}, partition ${partition}, is back; it was silent since ${since}.`,
    labels: { side },
    fields: { output, partition, began, ended, events },
  };
}

export function sidePaused(place: Place, side: string): TelemetryEvent {
  return {
    name: 'side-paused',
    level: 'info',
    message: `The ${side} side of ${place.output}, partition ${place.partition}, pauses: open pairs fill the memory budget.`,
    labels: { side },
    fields: { ...place },
  };
}

/** Nothing is wrong with what is judged: what waits for the shuffled side goes on waiting. */
export function shuffleBehind(source: string, target: string, behind: number, forMs: number): TelemetryEvent {
  return {
    name: 'shuffle-behind',
    level: 'warn',
    message: `${behind} records of ${source} have not come to ${target} for ${Math.round(forMs / 1000)} s. Is a shuffler running? \`parallax shuffler FILE\` is one; until then nothing is called missing.`,
    labels: { target },
    fields: { source, target, behind, forMs },
  };
}

export function shuffleUpToDate(source: string, target: string): TelemetryEvent {
  return {
    name: 'shuffle-up-to-date',
    level: 'info',
    message: `${target} keeps up with ${source} again.`,
    labels: { target },
    fields: { source, target },
  };
}
