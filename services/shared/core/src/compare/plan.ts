// A comparison, checked and compiled once, used for every pair.
import { Fault } from '../fault.ts';
import { AvroFormat } from '../formats/avro.ts';
import { CLOUDEVENT_DATA } from '../formats/cloudevents.ts';
import type { FormatReader } from '../formats/format.ts';
import { openFormat, usesSchemas } from '../formats/formats.ts';
import { Parser } from '../json/parse.ts';
import { compilePointer, type Pointer } from '../json/pointers.ts';
import type { Side } from '../outcome.ts';
import type { RuleBook } from './differ.ts';
import { judgingFaults } from './kinds/judging.ts';
import { faultText } from './kinds/kind.ts';
import { Masks } from './masks.ts';
import type { Means } from './means.ts';
import { PATTERN_FORM, parsePattern, type Segment } from './pattern.ts';
import { type Mac, type MaskPattern, type PrivacySpec, usesMac, withRenames } from './privacy.ts';
import { compileRename, type Rename } from './rename.ts';
import { type RuleState, RuleStates } from './rule-states.ts';
import type { UnorderedRule } from './rules.ts';
import type { CompareSpec } from './spec.ts';
import { Walker } from './walk.ts';

/** One side's means to read documents: the tapes are reused from pair to pair. */
export interface Reader {
  readonly parser: Parser;
  /** For the document after renames. */
  readonly renamed: Parser;
  readonly format: FormatReader;
  /** Where the format is avro. */
  readonly avro: AvroFormat | undefined;
  readonly select: Pointer | undefined;
  /** Nothing at the selected place is nothing, not a mistake. */
  readonly mayLackSelected: boolean;
  readonly renames: readonly Rename[];
}

/** What {@link compilePlan} makes of a spec; for {@link compareContents} only, one comparison at a time. */
export interface ComparePlan {
  readonly spec: CompareSpec;
  readonly root: RuleState;
  readonly book: RuleBook;
  readonly legacy: Reader;
  readonly candidate: Reader;
  /** Which equal values need not be read: equal bytes, such bytes under schemas of one form, none. */
  readonly identity: 'bytes' | 'schema' | 'none';
  /** The quick comparison; absent where the plan needs more than bytes. */
  readonly walker: Walker | undefined;
  /** Absent: everything may be shown. */
  readonly masks: Masks | undefined;
}

/**
 * Throws a Fault: `bad-rules`, which names every rule that cannot be applied; `privacy-key-missing` where values are to be
 * masked by hmac and there is no `mac`.
 */
export function compilePlan(spec: CompareSpec, means: Means = {}): ComparePlan {
  const faults: string[] = [];
  const patterns: { rule: number; segments: readonly Segment[] }[] = [];
  const keys = new Map<UnorderedRule, readonly Pointer[]>();
  const renames: Record<Side, Rename[]> = { legacy: [], candidate: [] };
  spec.rules.forEach((rule, index) => {
    const wrong = (what: string): void => {
      faults.push(`rules[${index}] (${rule.name}): ${what}`);
    };
    if (rule.kind === 'rename') {
      const rename = compileRename(rule, wrong);
      if (rename !== undefined) renames[rule.side].push(rename);
      return;
    }
    for (const path of 'paths' in rule ? rule.paths : [rule.path]) {
      const segments = parsePattern(path);
      if (segments === undefined) wrong(`${JSON.stringify(path)} is no path pattern: allowed is ${PATTERN_FORM}`);
      else patterns.push({ rule: index, segments });
    }
    for (const fault of judgingFaults(rule)) wrong(faultText(fault));
    if (rule.kind === 'unordered' && rule.key !== undefined) keys.set(rule, pointers(rule.key, wrong));
  });
  const reader = (side: Side): Reader => {
    const named = spec.select[side];
    const isCloudEvent = spec.format[side] === 'cloudevents';
    const text = named ?? (isCloudEvent ? CLOUDEVENT_DATA : undefined);
    const select = text === undefined ? undefined : compilePointer(text);
    if (text !== undefined && select === undefined) {
      faults.push(
        `select of ${side}: ${JSON.stringify(text)} is no JSON Pointer: allowed is '' or /name/name, with ~0 for ~ and ~1 for /`,
      );
    }
    const format = openFormat(spec.format[side], means.schemas?.[side], spec.budgets);
    return {
      parser: new Parser(),
      renamed: new Parser(),
      format,
      avro: format instanceof AvroFormat ? format : undefined,
      select: select?.length === 0 ? undefined : select,
      mayLackSelected: isCloudEvent && named === undefined,
      renames: renames[side],
    };
  };
  const legacy = reader('legacy');
  const candidate = reader('candidate');
  const masks =
    spec.privacy === undefined
      ? undefined
      : compileMasks(spec.privacy, [...renames.legacy, ...renames.candidate], means.mac, faults);
  if (faults.length > 0) {
    throw new Fault(`the comparison cannot be made:\n  ${faults.join('\n  ')}`, {
      code: 'bad-rules',
      cure: 'Correct these places; the rules that are not listed are fine.',
    });
  }
  const states = new RuleStates(spec.rules, patterns);
  const root = states.root();
  const identity = identityFor(spec);
  const walker = walkerFor(spec, root);
  return { spec, root, book: { plain: states.none(), keys }, legacy, candidate, identity, walker, masks };
}

function compileMasks(privacy: PrivacySpec, renames: readonly Rename[], mac: Mac | undefined, faults: string[]): Masks {
  if (mac === undefined && usesMac(privacy)) {
    throw new Fault('privacy: masks values by hmac, and there is no key', {
      code: 'privacy-key-missing',
      cure: 'Set PARALLAX_PRIVACY_KEY, or PARALLAX_PRIVACY_KEY_FILE to the path of a file that holds it; or write drop for hmac.',
    });
  }
  const patterns: MaskPattern[] = [];
  privacy.paths.forEach(({ path }, entry) => {
    const segments = parsePattern(path);
    if (segments === undefined)
      faults.push(`privacy: ${JSON.stringify(path)} is no path pattern: allowed is ${PATTERN_FORM}`);
    else patterns.push({ entry, segments });
  });
  return new Masks(
    privacy,
    withRenames(patterns, renames, (entry) => privacy.paths[entry]?.action !== 'keep'),
    mac,
  );
}

/** What stands at a selected place is only known once it has been read; so is what a value is where formats are mixed. */
function identityFor({ format, select }: CompareSpec): ComparePlan['identity'] {
  if (format.legacy !== format.candidate || select.legacy !== undefined || select.candidate !== undefined)
    return 'none';
  if (format.legacy === 'avro') return 'schema';
  return usesSchemas(format.legacy) ? 'none' : 'bytes';
}

/** Renames make identical members differ, and selections leave most bytes out: only documents taken whole can be walked. */
function walkerFor(spec: CompareSpec, root: RuleState): Walker | undefined {
  const { format, select } = spec;
  const whole = select.legacy === undefined && select.candidate === undefined;
  const json = format.legacy === 'json' && format.candidate === 'json';
  const ignores = spec.rules.some((rule) => rule.kind === 'ignore' || rule.kind === 'include');
  const renames = spec.rules.some((rule) => rule.kind === 'rename');
  return whole && json && ignores && !renames ? new Walker(root, spec.budgets.depth) : undefined;
}

function pointers(texts: readonly string[], wrong: (what: string) => void): readonly Pointer[] {
  const key: Pointer[] = [];
  for (const text of texts) {
    const pointer = compilePointer(text);
    if (pointer === undefined)
      wrong(`key ${JSON.stringify(text)} is no JSON Pointer into the element: allowed is e.g. /sku`);
    else key.push(pointer);
  }
  if (texts.length === 0) wrong('key is an empty list: name at least one pointer, or leave key out for a multiset');
  return key;
}
