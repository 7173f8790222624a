// kernel.order: pairs of 2 KB under typical rules, from bytes to the answer, against libraries that compare parsed documents.
import { kernel } from '../bench/kernel/figure.ts';
import type { Measurement } from './measurement.ts';

export const about =
  'comparing pairs of 2 KB under rules, against microdiff, jsondiffpatch and fast-deep-equal with JSON.parse';

export default async function figure(): Promise<Measurement> {
  return kernel('order');
}
