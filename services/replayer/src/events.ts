// What the replayer tells: each event gives its log line and its counters together.
import type { ArchiveProblem, TelemetryEvent } from '@parallax/platform';
import type { ReplayReport } from './report.ts';

export function runOpened(run: string, isResumed: boolean, ids: number, inputs: number): TelemetryEvent {
  return {
    name: 'run-opened',
    level: 'info',
    message: `${isResumed ? 'Going on with' : 'Beginning'} run ${run}: ${inputs} inputs with ${ids} ids.`,
    labels: { resumed: String(isResumed) },
    fields: { run, ids, inputs },
  };
}

export function recordsFed(kind: 'input' | 'answer', topic: string, partition: number, count: number): TelemetryEvent {
  return {
    name: 'records-fed',
    level: 'debug',
    message: `Fed ${count} to ${topic}, partition ${partition}.`,
    labels: { kind },
    counts: { records: count },
    fields: { topic, partition },
  };
}

/** The archive has not got everything: what is missing is not replayed. */
export function archiveIncomplete(topic: string, partition: number, missing: number): TelemetryEvent {
  return {
    name: 'archive-incomplete',
    level: 'warn',
    message: `The archive lacks ${missing} offsets of ${topic}, partition ${partition}, in the middle of what is replayed.`,
    counts: { offsets: missing },
    fields: { topic, partition },
  };
}

/** An object of the archive is damaged or gone: nothing of it is replayed. */
export function archiveDamaged({ code, place, message }: ArchiveProblem): TelemetryEvent {
  return {
    name: 'archive-damaged',
    level: 'error',
    message: `${message}; nothing of it is replayed.`,
    labels: { code },
    counts: { objects: 1 },
    fields: { place },
  };
}

export function answersAbsent(topic: string): TelemetryEvent {
  return {
    name: 'answers-absent',
    level: 'warn',
    message: `The archive has nothing of ${topic} in that time: this output has nothing to be compared with.`,
    fields: { topic },
  };
}

export function replayUnavailable(error: unknown, attempt: number, retryMs: number): TelemetryEvent {
  return {
    name: 'replay-unavailable',
    level: attempt === 1 ? 'warn' : 'debug',
    message: `The archive, the log, the store or a schema registry does not answer; trying again in ${retryMs} ms.`,
    fields: { err: error, attempt, retryMs },
  };
}

export function replayBack(attempts: number): TelemetryEvent {
  return {
    name: 'replay-back',
    level: 'info',
    message: `Feeding goes on, after ${attempts} attempts.`,
    fields: { attempts },
  };
}

export function replayEnded(report: ReplayReport): TelemetryEvent {
  const { run, state, inputs, outputs, elapsedMs } = report;
  return {
    name: 'replay-ended',
    level: 'info',
    message: `Run ${run} is ${state}: ${inputs.fed} of ${inputs.total} inputs and ${outputs.fed} recorded answers.`,
    labels: { state },
    fields: { run, elapsedMs, notSelected: outputs.notSelected },
  };
}
