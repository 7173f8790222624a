// The rules of an experiment file as they are written.
import { z } from 'zod';
import {
  choice,
  duration,
  limit,
  oneOrMore,
  onlyOne,
  PATTERN,
  POINTER,
  pattern,
  pointer,
  section,
  whole,
  words,
} from './written.ts';

const REGEX = 'a regular expression of linear time, for the whole text, of 1 to 1,000 characters';
const NULLISH = 'two or three of null, missing, empty';

export const RULE_KINDS = [
  'ignore',
  'include',
  'tolerance',
  'unordered',
  'nullish',
  'rename',
  'time',
  'text',
  'coerce',
  'bijection',
  'reference',
] as const;
export const rule = section({
  name: words('a name of 1 to 100 characters', 100).optional().describe('Shown with what the rule excuses.'),
  ignore: oneOrMore(pattern(), `a list of paths; each is ${PATTERN}`).optional().describe('Not compared.'),
  include: oneOrMore(pattern(), `a list of paths; each is ${PATTERN}`).optional().describe('Only these are compared.'),
  tolerance: section({
    path: pattern(),
    absolute: limit().optional(),
    relative: limit().optional(),
    ulp: whole(0, Number.MAX_SAFE_INTEGER).optional(),
    digits: whole(1, 1_000).optional(),
  })
    .optional()
    .describe('Numbers this close are the same; one of the stated limits is enough.'),
  unordered: section({
    path: pattern(),
    key: oneOrMore(pointer(), `a pointer relative to the element, or a list of them; each is ${POINTER}`).optional(),
  })
    .optional()
    .describe('The order of this array does not count: as a multiset, or elements matched by `key`.'),
  nullish: section({
    path: pattern(),
    // Without quotes YAML reads null as the null value.
    same: z
      .array(z.union([choice(['null', 'missing', 'empty']), z.null()], { error: 'null, missing, empty' }), {
        error: NULLISH,
      })
      .min(2, { error: NULLISH })
      .max(3, { error: NULLISH }),
  })
    .optional()
    .describe('These ways of having nothing are the same.'),
  rename: section({ side: choice(['legacy', 'candidate']), from: pattern(), to: pattern() })
    .optional()
    .describe('The member `from` of one side is compared under the name `to`.'),
  time: section({ path: pattern(), within: duration().optional() })
    .optional()
    .describe('Times this close are the same, however they are written; without `within` the same instant.'),
  text: section({
    path: pattern(),
    case: choice(['fold']).optional(),
    space: choice(['collapse', 'trim']).optional(),
    form: choice(['NFC', 'NFKC']).optional(),
    matching: words(REGEX, 1_000).optional(),
  })
    .optional()
    .describe('Texts are the same once folded; under `matching` alone, if both fit the pattern.'),
  coerce: section({ path: pattern(), to: choice(['number', 'string', 'boolean']) })
    .optional()
    .describe('Values are the same if they are, read as this type.'),
  bijection: section({ paths: oneOrMore(pattern(), `a list of paths; each is ${PATTERN}`) })
    .optional()
    .describe('Generated ids at these places are the same up to a one-to-one renaming within the pair.'),
  reference: section({ path: pattern(), to: pattern() })
    .optional()
    .describe('References at `path` are the same where the objects with these ids, at `to`, are.'),
}).meta(onlyOne(...RULE_KINDS));

export type WrittenRule = z.output<typeof rule>;
