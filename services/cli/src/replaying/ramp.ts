// `--ramp`: what a build takes, found by feeding it faster and faster.
import { type ArchiveReader, type Experiment, Fault } from '@parallax/core';
import { parseRamp, type ReplayPace, type ReplayRequest, recordedRate, stepsOf } from '@parallax/replayer';
import type { ReplayRunResult } from '@parallax/standalone';
import { stepLines } from '../loading/words.ts';

export interface RampFlags {
  readonly ramp?: string;
  readonly pace?: string;
  readonly loop?: string;
}

/** What can be said of it without the archive. @throws Fault `bad-ramp`, `bad-arguments` */
export function checkRamp({ ramp, pace = 'flat-out', loop }: RampFlags): void {
  if (ramp === undefined) return;
  parseRamp(ramp);
  if (pace === 'flat-out' && loop === undefined) return;
  throw new Fault(
    `--ramp is the pace of a run of its own, which ${loop === undefined ? `--pace ${pace}` : '--loop'} is not.`,
    {
      code: 'bad-arguments',
      cure: 'Give one of them.',
    },
  );
}

/** The pace asked for: the ramp, whose rates may depend on what was recorded. @throws Fault `nothing-archived` */
export async function paceOf(
  archive: ArchiveReader,
  { input }: Pick<Experiment, 'input'>,
  request: ReplayRequest,
  { ramp }: RampFlags,
): Promise<ReplayPace> {
  if (ramp === undefined) return request.pace;
  const asked = parseRamp(ramp);
  if (asked.unit === 'per-second') return { ramp: stepsOf(asked, 1) };
  const recorded = input === undefined ? 0 : await recordedRate(archive, input.topic, request);
  if (recorded > 0) return { ramp: stepsOf(asked, recorded) };
  throw new Fault('How fast the inputs were recorded cannot be told from the archive.', {
    code: 'nothing-archived',
    cure: 'Give rates, such as --ramp 100/s..2000/s; `parallax archive ls` shows what the archive has.',
  });
}

export const NOTHING_MEASURED =
  'No step of the ramp could be measured: the stored traffic ended, or was fed before the build took part. Give lower rates, shorter steps (--ramp …:5s) or more traffic.';

/** undefined where it was no ramp, or its first step was not through. */
export function rampLines({ load }: ReplayRunResult, columns: number | undefined): readonly string[] | undefined {
  return load === undefined || load.length === 0 ? undefined : stepLines(load, columns);
}
