// The load answer as a table and a picture.
import { GROWTH_SHARE, groupThousands, type LoadStep, saturationOf } from '@parallax/core';
import type { OutputLatency } from '@parallax/platform';
import { asSize, asTime } from '../output/amount.ts';
import { bar, shades, widthBeside } from '../output/picture.ts';
import { table } from '../output/table.ts';
import type { AnswerLatency } from './latency.ts';
import type { ProductionTopic } from './production.ts';

/** @param columns of the terminal */
export function productionLines(topics: readonly ProductionTopic[], columns: number | undefined): readonly string[] {
  // Two tables, because one would be wider than most terminals.
  const rates = topics.map(({ topic, side, summary: { records, perSecond, perMinute } }) => [
    ...[topic, side, groupThousands(records), rate(perSecond.mean), rate(perSecond.p95), rate(perSecond.peak)],
    ...[asTime(perSecond.peakAt), rate(perMinute.peak)],
  ]);
  const sizes = topics.map(({ topic, summary: { bytesPerSecond, size } }) => [
    ...[topic, `${asSize(bytesPerSecond.mean)}/s`, `${asSize(bytesPerSecond.peak)}/s`],
    ...[asSize(size.p50), asSize(size.p99), asSize(size.max)],
  ]);
  const lines = [
    table(['topic', 'side', 'records', '/s mean', '/s p95', '/s peak', 'at (UTC)', '/min peak'], rates, {
      columns,
      numbersAsText: true,
    }),
    '',
    table(['topic', 'bytes mean', 'bytes peak', 'a record p50', 'p99', 'max'], sizes, { columns }),
    '',
  ];
  const taken = Math.max(...topics.map(({ topic }) => topic.length)) + 2;
  const width = widthBeside(taken + 2, columns);
  for (const { topic, traffic } of topics) {
    lines.push(`${topic.padEnd(taken)}|${shades(traffic.columns(width))}|`);
  }
  const coarse = topics.find(({ summary }) => summary.perSecond.slotMs > 1_000);
  if (coarse !== undefined) {
    const seconds = coarse.summary.perSecond.slotMs / 1_000;
    lines.push(`Peaks are means of ${seconds} seconds: there is too much time to keep each second apart.`);
  }
  lines.push('Each line is its own time from first to last record; @ is its busiest part.');
  return lines;
}

export function latencyLines(answers: readonly AnswerLatency[], between: readonly OutputLatency[]): readonly string[] {
  const lines: string[] = [];
  if (answers.length > 0) {
    const rows = answers.map(({ output, side, latency: { count, p50, p95, p99, max } }) => {
      return [output, side, ...[count, p50, p95, p99, max].map(groupThousands)];
    });
    lines.push(
      table(['from input to answer, ms', 'side', 'of', 'p50', 'p95', 'p99', 'max'], rows, { numbersAsText: true }),
    );
  }
  if (between.length > 0) {
    const rows = between.map(({ output, pairs, p50Ms, p95Ms, p99Ms, maxMs }) => {
      return [output, ...[pairs, p50Ms, p95Ms, p99Ms, maxMs].map(Math.round).map(groupThousands)];
    });
    if (lines.length > 0) lines.push('');
    lines.push(
      table(['candidate after legacy, ms', 'pairs', 'p50', 'p95', 'p99', 'max'], rows, { numbersAsText: true }),
    );
  }
  return lines;
}

/** @param columns of the terminal */
export function stepLines(steps: readonly LoadStep[], columns: number | undefined): readonly string[] {
  const most = Math.max(...steps.map(({ offered }) => offered));
  const rows = steps.map((step) => [
    ...[rate(step.offered), rate(step.fedPerSecond), rate(step.answersPerSecond), groupThousands(step.lag)],
    ...(step.latency === undefined
      ? ['', '', '', '']
      : [step.latency.p50, step.latency.p95, step.latency.p99, step.latency.max].map(Math.round).map(groupThousands)),
    WORDS[step.state],
  ]);
  const head = ['offered/s', 'fed/s', 'answers/s', 'waiting', 'ms p50', 'p95', 'p99', 'max', ''];
  const lines = [table(head, rows, { numbersAsText: true }), ''];
  const width = widthBeside(24, columns);
  for (const { offered, answersPerSecond } of steps) {
    lines.push(`${rate(offered).padStart(9)} fed      |${bar(offered, most, width)}`);
    lines.push(`${''.padStart(9)} answered |${bar(answersPerSecond, most, width)}`);
  }
  return [...lines, '', saturationLine(steps)];
}

const WORDS = { 'kept-up': 'kept up', 'falling-behind': 'fell behind', 'not-offered': 'could not be offered' } as const;

export function saturationLine(steps: readonly LoadStep[]): string {
  const { sustained, failed } = saturationOf(steps);
  const most = sustained === undefined ? 'No step was kept up with' : `Kept up with ${rate(sustained)} inputs/s`;
  if (failed === undefined) return `${most}, the most that was offered: where it saturates is not known.`;
  const at = `at ${rate(failed.offered)}/s`;
  if (failed.state === 'not-offered') {
    return `${most}; ${at} only ${rate(failed.fedPerSecond)}/s could be fed: where it saturates is not known.`;
  }
  const allowed = rate(failed.offered * GROWTH_SHARE);
  return `${most}; ${at} what waits grew by ${rate(failed.lagPerSecond)}/s (more than ${allowed}): saturated.`;
}

/** Three figures, or all of them before the point. */
function rate(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
