// What may be written in an experiment file, value by value. The error texts complete the sentence "allowed: ...".
import { z } from 'zod';
import { parsePointer } from '../envelope/pointer.ts';
import { DURATION, PERCENT, SIZE } from './units.ts';

export const written = (pattern: RegExp, allowed: string) =>
  z.string({ error: allowed }).regex(pattern, { error: allowed });

export const words = (allowed: string, longest: number) =>
  z.string({ error: allowed }).min(1, { error: allowed }).max(longest, { error: allowed });

export const duration = () => written(DURATION, 'a duration with its unit, like 500ms, 2s, 5m, 24h or 7d');
export const size = () => written(SIZE, 'a size with its unit, like 512KiB, 64MiB, 1GiB or 10MB');
export const percent = () => written(PERCENT, 'a percentage from 0% to 100%, like 99.9%');
export const choice = <const T extends readonly [string, ...string[]]>(options: T) =>
  z.enum(options, { error: options.join(', ') });
export const flag = () => z.boolean({ error: 'true or false' });

export function section<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, { error: `a map with ${Object.keys(shape).join(', ')}` });
}

export const POINTER = 'a JSON Pointer such as /after (a ~ is written ~0, a / within a name ~1)';
export const pointer = () =>
  written(/^(\/([^~]|~[01])*)?$/, POINTER).refine((text) => parsePointer(text) !== undefined, { error: POINTER });
export const PATTERN =
  'a path such as /total or /items/*/price (* is any one name, ** any number of them; ~ is written ~0, a / within a name ~1, a literal * as ~2)';
export const pattern = () => written(/^(\/([^~]|~[012])*)?$/, PATTERN);
export const oneOrMore = (item: z.ZodString, allowed: string) =>
  z.union([item, z.array(item, { error: allowed }).min(1, { error: allowed })], { error: allowed });

export const onlyOne = (...keys: readonly string[]) => ({ oneOf: keys.map((key) => ({ required: [key] })) });

export const limit = () => z.number({ error: 'a number, 0 or more' }).nonnegative({ error: 'a number, 0 or more' });
const SHARE = 'a share from 0 to below 1: 0.01 is 1 %';
export const share = () => z.number({ error: SHARE }).nonnegative({ error: SHARE }).lt(1, { error: SHARE });
export const whole = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most.toLocaleString('en')}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};
