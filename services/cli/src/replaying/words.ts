// A replay in words: how it stands, and how it ended.
import { describeVerdict, formatDuration, groupThousands } from '@parallax/core';
import type { SendError } from '@parallax/replayer';
import {
  type BuildSettings,
  buildEnvironment,
  type ReplayRunProgress,
  type ReplayRunResult,
} from '@parallax/standalone';
import { ruleUseLines } from '../output/rule-uses.ts';

/** One line. */
export function standing(progress: ReplayRunProgress, settings: BuildSettings): string {
  const { inputs, rate, etaMs, lagMs, sendError } = progress.fed;
  const isFed = inputs.total > 0 && inputs.fed >= inputs.total;
  const eta =
    etaMs === undefined || isFed ? '' : `, ${formatDuration(Math.max(1000, Math.round(etaMs / 1000) * 1000))} left`;
  const fed = `fed ${groupThousands(inputs.fed)} of ${groupThousands(inputs.total)} (${groupThousands(Math.round(rate))}/s${eta})`;
  const late =
    sendError === undefined
      ? ''
      : ` · late ${inMs(lagMs ?? 0)} now, ${inMs(sendError.p50Ms)} p50, ${inMs(sendError.p99Ms)} p99`;
  const build = progress.buildSeen
    ? `build ${progress.buildLag === 0 ? 'up to date' : `${groupThousands(progress.buildLag)} behind`}`
    : `waiting for the build, group ${settings.group}`;
  return `${fed}${late} · ${build} · ${groupThousands(progress.compared.openPairs)} pairs open`;
}

export function lateness({ p50Ms, p99Ms, maxMs }: SendError): string {
  return `${inMs(p50Ms)} (p50), ${inMs(p99Ms)} (p99), ${inMs(maxMs)} at most`;
}

/** What was measured, to a tenth of a second, from ten on to a second. */
function lasted(ms: number): string {
  return ms < 10_000 ? `${Number((ms / 1000).toFixed(1))}s` : formatDuration(Math.round(ms / 1000) * 1000);
}

function inMs(ms: number): string {
  return ms < 10 ? `${Number(ms.toFixed(1))} ms` : `${groupThousands(Math.round(ms))} ms`;
}

export function ending({ replay, verdict, rules }: ReplayRunResult): readonly string[] {
  const { inputs, outputs, pace, rate, elapsedMs, whole, sendError, missing } = replay;
  const lines = [
    ...describeVerdict(verdict),
    ...ruleUseLines(rules),
    '',
    `Fed ${groupThousands(inputs.fed)} of ${groupThousands(inputs.total)} inputs and ${groupThousands(outputs.fed)} recorded answers, ${pace}: ${groupThousands(rate)} records/s for ${lasted(elapsedMs)}${replay.resumed ? ' in this session' : ''}.`,
  ];
  if (whole.sessions > 1) {
    lines.push(
      `In all ${whole.sessions} sessions: ${groupThousands(whole.rate)} records/s for ${lasted(whole.elapsedMs)}, pauses left out.`,
    );
  }
  if (outputs.notSelected > 0) {
    lines.push(`Left out: ${groupThousands(outputs.notSelected)} recorded answers to other ids.`);
  }
  if (inputs.looked > inputs.total) {
    lines.push(`Chosen: ${groupThousands(inputs.total)} of ${groupThousands(inputs.looked)} inputs in that time.`);
  }
  if (inputs.warming > 0) lines.push(`Not judged, to warm up: ${groupThousands(inputs.warming)} ids.`);
  if (inputs.withoutId > 0) lines.push(`${groupThousands(inputs.withoutId)} inputs have no readable id.`);
  if (missing > 0) lines.push(`The archive lacks ${groupThousands(missing)} offsets in between.`);
  if (sendError !== null) {
    lines.push(`Handed over late by ${lateness(sendError)}.`);
  }
  return lines;
}

/** Where objects of the archive could not be read. */
export const NOT_WHOLE =
  'The archive is damaged, see above: what lay there was not fed, and answers of legacy that lay there count as missing.';

/** What to ask after a run. */
export function lookFurther(experiment: string, run: string, before: string): string {
  const compare = before === run ? 'live' : before;
  return `\nLook further:
  parallax signatures ${experiment} --run ${run}
  parallax runs compare ${compare} ${run} ${experiment}`;
}

/** What a replay of a run that is there already would do. */
export function standingOf(run: string, state: string, file: string): string {
  return state === 'finished'
    ? `Run ${run} is finished: this replay would be refused.
  What it found: parallax runs show ${run}
  Again under another name: --run NAME. Under this one: parallax runs delete ${run} ${file}`
    : `Run ${run} was begun before: this replay would go on at its next record. Give it up: parallax runs delete ${run} ${file}`;
}

/** For a build that somebody else starts. */
export function settingsToStart({ settings }: { readonly settings: BuildSettings }): string {
  const lines = Object.entries(buildEnvironment(settings)).map(([name, value]) => `  export ${name}='${value}'`);
  return `Start the build with these settings; this waits for it:\n${lines.join('\n')}`;
}
