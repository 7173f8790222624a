// The conditions of rules as they are written: of which event types, and what must stand in a document.
import { z } from 'zod';
import { choice, flag, pattern, section, words } from './written.ts';

const JSON_VALUE = 'any value JSON can have; numbers of at most 15 digits, which is what is read exactly';
const CONDITION =
  'a map with side, path and one of equals, matches, present; or a list of them, all of which must hold';
const TYPE = 'an event type of 1 to 1,000 characters';
/** So many digits of a number survive being read from YAML. */
const EXACT_DIGITS = 15;

const condition = section({
  side: choice(['legacy', 'candidate']),
  path: pattern(),
  equals: z.unknown().refine(isExact, { error: JSON_VALUE }).optional(),
  matches: words('a regular expression of linear time, for the whole text, of 1 to 1,000 characters', 1_000).optional(),
  present: flag().optional(),
});

/** For every rule. */
export const conditions = {
  types: z
    .union([words(TYPE, 1_000), z.array(words(TYPE, 1_000), { error: TYPE }).min(1, { error: TYPE })], {
      error: `${TYPE}, or a list of them`,
    })
    .optional()
    .describe('It is for events of these types only.'),
  when: z
    .union([condition, z.array(condition, { error: CONDITION }).min(1, { error: CONDITION })], { error: CONDITION })
    .optional()
    .describe('It holds only where these conditions do, asked of the documents as they came.'),
};

export type WrittenCondition = z.output<typeof condition>;

/** Whether it was read as it was written: JSON, and no number with more digits than a double keeps. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number') {
    return (
      Number.isFinite(value) &&
      String(value)
        .replace(/e.*$|[^0-9]/g, '')
        .replace(/^0+/, '').length <= EXACT_DIGITS
    );
  }
  if (Array.isArray(value)) return value.every(isExact);
  if (typeof value !== 'object' || value === null) return value !== undefined;
  return Object.values(value).every(isExact);
}
