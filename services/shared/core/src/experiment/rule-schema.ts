// The rules of an experiment file as they are written.
import { z } from 'zod';
import { DIFFERENCE_KINDS, SIGNATURE } from '../compare/kinds/known.ts';
import { DECODINGS } from '../compare/rewriting/decode.ts';
import { SEVERITIES } from '../outcome.ts';
import { conditions } from './condition-schema.ts';
import {
  choice,
  duration,
  limit,
  oneOrMore,
  onlyOne,
  PATTERN,
  POINTER,
  pattern,
  percent,
  pointer,
  section,
  share,
  whole,
  words,
  written,
} from './written.ts';

const REGEX = 'a regular expression of linear time, for the whole text, of 1 to 1,000 characters';
const EXPRESSION = 'a JSONata expression of 1 to 4,096 characters';
const DECODING = `${DECODINGS.join(', ')}; or a list of them, applied one after the other`;
/** The day is checked where it is read. */
const EXPIRES = /^\d{4}-\d\d-\d\d([Tt ].{1,40})?$/;
const KINDS = `one or more of ${DIFFERENCE_KINDS.join(', ')}`;
const SIGNED = 'a signature as compare and signatures print it: v1: and 16 hex digits';
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
  'decode',
  'transform',
  'known',
  'better',
] as const;
export const rule = section({
  name: words('a name of 1 to 100 characters', 100).optional().describe('Shown with what the rule excuses.'),
  ignore: oneOrMore(pattern(), `a list of paths; each is ${PATTERN}`).optional().describe('Not compared.'),
  include: oneOrMore(pattern(), `a list of paths; each is ${PATTERN}`).optional().describe('Only these are compared.'),
  tolerance: section({
    path: pattern(),
    absolute: limit().optional(),
    relative: share().optional(),
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
  decode: section({
    path: pattern(),
    as: z.union([choice(DECODINGS), z.array(choice(DECODINGS), { error: DECODING }).min(1, { error: DECODING })], {
      error: DECODING,
    }),
  })
    .optional()
    .describe('Texts are compared as what they hold: JSON, base64, gzip, or one in another.'),
  transform: section({ side: choice(['legacy', 'candidate']), path: pattern(), value: words(EXPRESSION, 4_096) })
    .optional()
    .describe('A value of one side is compared as what the expression makes of it.'),
  ...conditions,
  bijection: section({ paths: oneOrMore(pattern(), `a list of paths; each is ${PATTERN}`) })
    .optional()
    .describe('Generated ids at these places are the same up to a one-to-one renaming within the pair.'),
  reference: section({ path: pattern(), to: pattern() })
    .optional()
    .describe('References at `path` are the same where the objects with these ids, at `to`, are.'),
  known: section({
    path: pattern().optional(),
    signature: written(SIGNATURE, SIGNED).optional(),
    kinds: z
      .union([choice(DIFFERENCE_KINDS), z.array(choice(DIFFERENCE_KINDS), { error: KINDS }).min(1, { error: KINDS })], {
        error: KINDS,
      })
      .optional(),
    owner: words('a name of 1 to 200 characters', 200),
    ticket: words('what the ticket is called, in 1 to 200 characters', 200),
    expires: written(EXPIRES, 'a date or time such as 2026-12-31 or 2026-12-31T18:00:00Z'),
  })
    .optional()
    .describe('These differences are known: someone has taken them on, until a day.'),
  better: section({ path: pattern(), direction: choice(['lower', 'higher']), noWorseThan: percent().optional() })
    .optional()
    .describe('Numbers of which one direction is the better one.'),
  severity: choice(SEVERITIES).optional().describe('How grave what the rule excuses is; shown with it.'),
}).meta(onlyOne(...RULE_KINDS));

export type WrittenRule = z.output<typeof rule>;
