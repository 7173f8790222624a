// What is refused before or after feeding, and what to do instead.
import { Fault, formatDuration } from '@parallax/core';
import { describeChoice, isSameChoice } from './choosing/choice.ts';
import type { Terms } from './plan.ts';
import type { TimeRange } from './ranges.ts';

/** @throws Fault `bad-time-range` */
export function timeRange({ from, to }: TimeRange): TimeRange {
  if (from !== undefined && to !== undefined && from >= to) {
    throw new Fault(`From ${shown(from)} to ${shown(to)} there is no time at all.`, {
      code: 'bad-time-range',
      cure: 'Give a --from before --to.',
    });
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/**
 * A run that is gone on with feeds what it was begun for; whoever asks for no time at all means just that.
 * @throws Fault `run-differs`
 */
export function checkSameTime(run: string, asked: TimeRange, begun: TimeRange): void {
  const isSame = asked.from === begun.from && asked.to === begun.to;
  if (isSame || (asked.from === undefined && asked.to === undefined)) return;
  throw new Fault(`Run ${run} was begun for ${inWords(begun)}, not for ${inWords(asked)}.`, {
    code: 'run-differs',
    cure: 'Go on with it without --from and --to, or take another name.',
  });
}

/** @throws Fault `bad-arguments` */
export function checkWarmUp({
  warmUpMs,
  from,
}: {
  readonly warmUpMs?: number | undefined;
  readonly from?: number;
}): void {
  if (warmUpMs === undefined || from !== undefined) return;
  throw new Fault('A warm-up comes before the first input that is judged, and nothing says which that is.', {
    code: 'bad-arguments',
    cure: 'Give --from TIME with --warm-up.',
  });
}

export function notFed(run: string): Fault {
  return new Fault(`Run ${run} was stopped before everything was fed, so it is not finished.`, {
    code: 'run-not-fed',
    cure: 'Start the replay again: it goes on at the next record.',
  });
}

/**
 * What a run was begun for stays; whoever asks for nothing in particular means just that.
 * @throws Fault `run-differs`
 */
export function checkSameTerms(run: string, asked: Terms, begun: Terms): void {
  const choice = asked.choice === undefined || isSameChoice(asked.choice, begun.choice);
  const warmUp = asked.warmUpMs === undefined || asked.warmUpMs === begun.warmUpMs;
  const topics =
    asked.candidateTopics === undefined ||
    JSON.stringify(asked.candidateTopics) === JSON.stringify(begun.candidateTopics);
  if (choice && warmUp && topics) return;
  const [is, wanted] = choice
    ? warmUp
      ? ['other topics to answer in', 'these']
      : [`a warm-up of ${formatDuration(begun.warmUpMs ?? 0)}`, formatDuration(asked.warmUpMs ?? 0)]
    : [describeChoice(begun.choice) ?? 'everything', describeChoice(asked.choice) ?? 'everything'];
  throw new Fault(`Run ${run} was begun for ${is}, not for ${wanted}.`, {
    code: 'run-differs',
    cure: 'Go on with it without these flags, or take another name.',
  });
}

export function nothingChosen(run: string, looked: number): Fault {
  return new Fault(`Of ${looked} recorded inputs none fits what run ${run} is for.`, {
    code: 'nothing-chosen',
    cure: `A --dry-run shows what is chosen; \`parallax runs delete ${run}\` frees the name.`,
  });
}

function inWords({ from, to }: TimeRange): string {
  if (from === undefined && to === undefined) return 'all recorded time';
  const begin = from === undefined ? 'the beginning' : shown(from);
  return `${begin} to ${to === undefined ? 'the end' : shown(to)}`;
}

function shown(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}
