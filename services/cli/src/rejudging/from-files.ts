// Pairs out of two files of events, as `compare` reads them.
import { setImmediate as turn } from 'node:timers/promises';
import { FileTally, type RejudgedOutput, type Rejudging, SIDES, type Side } from '@parallax/core';
import { eachGroup } from '../comparing/compare-files.ts';
import type { EventFile } from '../comparing/event-file.ts';
import { openEvents } from '../comparing/open-events.ts';
import { callerPath } from '../config.ts';
import { checkGoesOn } from './from-archive.ts';

/** Pairs between two looks at whether to stop. */
const TURN = 2_000;

export interface FileReading {
  readonly files: Readonly<Record<Side, string>>;
  readonly signal: AbortSignal;
  unusable(file: string, place: number, why: string): void;
  progress(pairs: number, of: number): void;
}

/** @throws Fault as `compare` does: `file-not-found` and others of files */
export async function rejudgeFiles(
  rejudging: Rejudging,
  output: RejudgedOutput,
  { files, signal, unusable, progress }: FileReading,
): Promise<void> {
  const { settings } = output;
  const opened: Partial<Record<Side, EventFile>> = {};
  const open = (side: Side): EventFile => {
    const file = openEvents(callerPath(files[side]), files[side], settings.plan.spec, settings.payload[side]);
    opened[side] = file;
    return file;
  };
  const tally = new FileTally();
  try {
    const groups = eachGroup(
      {
        files: { legacy: open('legacy'), candidate: open('candidate') },
        ...settings,
        unusable: (file, place, why) => unusable(file.shown, place, why),
        progress: () => undefined,
      },
      tally,
    );
    let done = 0;
    for (const { id, of, legacy, candidate } of groups) {
      if (legacy.length === 0) rejudging.alone.candidate++;
      else if (candidate.length === 0) rejudging.alone.legacy++;
      else rejudging.pair(output, id, legacy, candidate);
      if (++done % TURN !== 0) continue;
      progress(done, of);
      await turn();
      checkGoesOn(signal);
    }
  } finally {
    for (const side of SIDES) opened[side]?.close();
  }
  const { ledger } = tally.summary({ parity: 1, undecided: 0 });
  for (const side of SIDES) {
    for (const column of ['no-id', 'undecodable'] as const) rejudging.unusable[column] += ledger[side][column];
  }
}
