// What a figure's module gives: `export const about = '…'` and a default function that resolves with a Measurement.

export interface Measurement {
  readonly value: number;
  /** Of `value`: s, ms, pairs/s, MB … */
  readonly unit: string;
  /** What it was measured against in the same run, by name. */
  readonly against?: string;
  /** value ÷ the other's; the median of the runs. */
  readonly ratio?: number;
  readonly runs: number;
  /** More numbers of the same measurement, with their unit in the name. */
  readonly [extra: string]: string | number | undefined;
}
