// comparator.recovery: killed with a million ids open, how long until it judges again.
import { recovery } from '../bench/recovery.ts';
import type { Measurement } from './measurement.ts';

export const about =
  'seconds from a start after SIGKILL with 1,000,000 ids open to the first pair judged, rows compared';

export default async function recoveryFigure(): Promise<Measurement> {
  const { seconds, sameRows, openIds } = await recovery(1_000_000);
  return { value: Math.round(seconds * 10) / 10, unit: 's', runs: 1, openIds, rowsAsUndisturbed: String(sameRows) };
}
