// What an examination finds, and how it is run: every check by itself, each with its own time.
import { Fault } from '@parallax/core';

/** `problem`: a start would fail, or its answers would be wrong. `warning`: it works until something happens. */
export type Level = 'ok' | 'note' | 'warning' | 'problem';

export type Area = 'experiment' | 'log' | 'topics' | 'records' | 'groups' | 'store' | 'archive' | 'machine';

export interface Finding {
  readonly area: Area;
  readonly level: Level;
  /** What is so, as a sentence. */
  readonly says: string;
  /** What follows from it. */
  readonly means?: string;
  /** What to do. */
  readonly cure?: string;
  /** Of the fault that was met. */
  readonly code?: string;
}

export interface Check {
  readonly area: Area;
  /** What is looked at; completes the sentence "… could not be looked at". */
  readonly what: string;
  look(): Promise<readonly Finding[]>;
  /** Default {@link PATIENCE_MS}. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 20_000;

/** In the order of the checks; a check that fails is a finding itself, and the others are made all the same. */
export async function examine(checks: readonly Check[]): Promise<readonly Finding[]> {
  return (await Promise.all(checks.map(outcomeOf))).flat();
}

async function outcomeOf({ area, what, look, patienceMs = PATIENCE_MS }: Check): Promise<readonly Finding[]> {
  const { promise: late, resolve } = Promise.withResolvers<readonly Finding[]>();
  const timer = setTimeout(() => {
    const says = `${what} could not be looked at: no answer within ${patienceMs / 1_000} s.`;
    resolve([
      { area, level: 'problem', says, cure: 'Check that the server answers, then ask again.', code: 'doctor-timeout' },
    ]);
  }, patienceMs);
  try {
    return await Promise.race([look(), late]);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [findingOf(area, error)];
  } finally {
    clearTimeout(timer);
  }
}

/** A fault as what it would be at the start: a problem. */
export function findingOf(area: Area, fault: Fault, level: Level = 'problem'): Finding {
  const { message, cure, code } = fault;
  return { area, level, says: message, code, ...(cure === undefined ? {} : { cure }) };
}

const ORDER: readonly Level[] = ['ok', 'note', 'warning', 'problem'];

export function worst(findings: readonly Finding[]): Level {
  return ORDER[Math.max(0, ...findings.map(({ level }) => ORDER.indexOf(level)))] ?? 'ok';
}
