// The benchmark's table: minimum, median and maximum of the runs.
import type { Cost } from './steps.ts';

/** Markdown, one row a step, in the order in which the steps first came. */
export function table(costs: readonly Cost[]): string {
  const steps = [...new Set(costs.map(({ step }) => step))];
  const head = '| step | pairs/s | records/s | CPU µs a pair | its CPU s | broker CPU s | store CPU s | peak RSS MB |';
  const rows = steps.map((step) => {
    const runs = costs.filter((cost) => cost.step === step);
    const cell = (of: (cost: Cost) => number, digits = 0) => spread(runs.map(of), digits);
    return `| ${[
      step,
      cell(({ pairs, seconds }) => pairs / seconds),
      cell(({ records, seconds }) => records / seconds),
      cell(microseconds, 1),
      cell(({ cpuSeconds }) => cpuSeconds, 2),
      cell(({ brokerCpuSeconds }) => brokerCpuSeconds, 2),
      cell(({ storeCpuSeconds }) => storeCpuSeconds, 2),
      cell(({ peakRssBytes }) => peakRssBytes / 1e6),
    ].join(' | ')} |`;
  });
  return [head, `|---${'|---'.repeat(7)}|`, ...rows].join('\n');
}

export function microseconds({ cpuSeconds, pairs }: Pick<Cost, 'cpuSeconds' | 'pairs'>): number {
  return (cpuSeconds * 1e6) / pairs;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** `median (minimum–maximum)`. */
function spread(values: readonly number[], digits: number): string {
  const text = (value: number) =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (values.length === 1) return text(median(values));
  return `${text(median(values))} (${text(Math.min(...values))}–${text(Math.max(...values))})`;
}
