// A comparison, checked and compiled once, used for every pair.
import { Fault } from '../fault.ts';
import { AvroFormat } from '../formats/avro.ts';
import { CLOUDEVENT_DATA } from '../formats/cloudevents.ts';
import type { FormatReader } from '../formats/format.ts';
import { openFormat } from '../formats/formats.ts';
import { KeyReader } from '../formats/keys.ts';
import { keyFormatOf, usesSchemas } from '../formats/uses.ts';
import { Parser } from '../json/parse.ts';
import { compilePointer, type Pointer } from '../json/pointers.ts';
import type { Side } from '../outcome.ts';
import { ConditionVariants, TypeVariants } from './conditions/variants.ts';
import type { RuleBook } from './differ.ts';
import type { KnownRule } from './kinds/known.ts';
import { expiredRules, type KnownRules, knownRules } from './knowing.ts';
import { compileMasks } from './mask-plan.ts';
import type { Masks } from './masks.ts';
import type { Means } from './means.ts';
import { type ReadyRule, readyRules } from './ready-rules.ts';
import type { Rewriting } from './rewriting/rewriting.ts';
import { type RuleState, RuleStates } from './rule-states.ts';
import { RuleTally } from './rule-tally.ts';
import type { RuleSpec, UnorderedRule } from './rules.ts';
import type { CompareSpec } from './spec.ts';
import { Walker } from './walk.ts';

/** One side's means to read documents: the tapes are reused from pair to pair. */
export interface Reader {
  readonly parser: Parser;
  /** For the document as rules have rewritten it. */
  readonly rewritten: Parser;
  readonly format: FormatReader;
  /** Where the format is avro. */
  readonly avro: AvroFormat | undefined;
  /** Where keys are compared and may name schemas. */
  readonly keys: KeyReader | undefined;
  readonly select: Pointer | undefined;
  /** Nothing at the selected place is nothing, not a mistake. */
  readonly mayLackSelected: boolean;
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
  /** Rules that change documents before they are compared, in the order of the file. */
  readonly rewritings: readonly Rewriting[];
  /** Values of one side are computed: documents that are the same as they stand need not be the same under the rules. */
  readonly makesOneSideAnew: boolean;
  /** Which rules hold depends on the type of the events: to be resolved before anything else. */
  readonly types: TypeVariants<ReadyRule, ComparePlan> | undefined;
  /** Which rules hold depends on the documents: to be resolved once they are read. */
  readonly conditions: ConditionVariants<ReadyRule, ComparePlan> | undefined;
  /** Ids are renamed: those of several events are bound together, equal ones too. */
  readonly mapsIds: boolean;
  /** Where rules name known differences. */
  readonly known: KnownRules | undefined;
  /** Rules that have expired: they are as if they were not there. */
  readonly expired: readonly KnownRule[];
  /** What rules have excused so far, in all variants. */
  readonly tally: RuleTally;
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
  const rules = readyRules(spec.rules, faults);
  const legacy = reader('legacy', spec, means, faults);
  const candidate = reader('candidate', spec, means, faults);
  const masks = spec.privacy === undefined ? undefined : compileMasks(spec.privacy, rules, means.mac, faults);
  if (faults.length > 0) {
    throw new Fault(`the comparison cannot be made:\n  ${faults.join('\n  ')}`, {
      code: 'bad-rules',
      cure: 'Correct these places; the rules that are not listed are fine.',
    });
  }
  const expired = expiredRules(spec.rules, means.now);
  const held = rules.filter(({ rule }) => !expired.some((one) => one === rule));
  const tally = means.tally ?? new RuleTally();
  for (const rule of expired) tally.expired.add(rule);
  return planOf(held, { spec, legacy, candidate, masks, expired, tally }, 'nothing');
}

/** What all variants of a comparison share. */
type Common = Pick<ComparePlan, 'spec' | 'legacy' | 'candidate' | 'masks' | 'expired' | 'tally'>;

function reader(side: Side, spec: CompareSpec, means: Means, faults: string[]): Reader {
  const named = spec.select[side];
  const isCloudEvent = spec.format[side] === 'cloudevents';
  const text = named ?? (isCloudEvent ? CLOUDEVENT_DATA : undefined);
  const select = text === undefined ? undefined : compilePointer(text);
  if (text !== undefined && select === undefined) {
    faults.push(
      `select of ${side}: ${JSON.stringify(text)} is no JSON Pointer: allowed is '' or /name/name, with ~0 for ~ and ~1 for /`,
    );
  }
  const schemas = means.schemas?.[side];
  const keyFormat = keyFormatOf({ format: spec.format[side], keyFormat: spec.keyFormat?.[side] });
  const hasKeys = spec.compare.key && keyFormat !== 'text' && schemas !== undefined;
  const format = openFormat(spec.format[side], schemas, spec.budgets);
  return {
    parser: new Parser(),
    rewritten: new Parser(),
    format,
    avro: format instanceof AvroFormat ? format : undefined,
    keys: hasKeys ? new KeyReader(schemas, spec.budgets) : undefined,
    select: select?.length === 0 ? undefined : select,
    mayLackSelected: isCloudEvent && named === undefined,
  };
}

/** The comparison under these rules, and through it the variants of those among them that do not always hold. */
function planOf(rules: readonly ReadyRule[], common: Common, resolved: 'nothing' | 'types' | 'all'): ComparePlan {
  const { spec } = common;
  const specs = rules.map(({ rule }) => rule);
  const states = new RuleStates(
    specs,
    rules.flatMap(({ patterns }, rule) => patterns.map((segments) => ({ rule, segments }))),
    undefined,
    common.tally,
  );
  const root = states.root();
  const keys = new Map<UnorderedRule, readonly Pointer[]>();
  for (const { rule, key } of rules) if (rule.kind === 'unordered' && key !== undefined) keys.set(rule, key);
  const rewritings = rules.flatMap(({ rewriting }) => (rewriting === undefined ? [] : [rewriting]));
  const makesOneSideAnew = specs.some(({ kind }) => kind === 'transform');
  const typed = resolved === 'nothing' && specs.some(({ types }) => types !== undefined);
  const asking = resolved !== 'all' && specs.some(({ when }) => when !== undefined);
  return {
    ...common,
    root,
    book: { plain: states.none(), keys },
    rewritings,
    makesOneSideAnew,
    known: knownRules(specs),
    mapsIds: specs.some(({ kind }) => kind === 'bijection'),
    identity: makesOneSideAnew ? 'none' : identityFor(spec),
    walker: rewritings.length > 0 || typed || asking ? undefined : walkerFor(common, specs, root),
    types: typed ? new TypeVariants(rules, (held) => planOf(held, common, 'types')) : undefined,
    conditions: asking && !typed ? new ConditionVariants(rules, (held) => planOf(held, common, 'all')) : undefined,
  };
}

/** What stands at a selected place is only known once it has been read; so is what a value is where formats are mixed. */
function identityFor({ format, select }: CompareSpec): ComparePlan['identity'] {
  if (format.legacy !== format.candidate || select.legacy !== undefined || select.candidate !== undefined)
    return 'none';
  if (format.legacy === 'avro') return 'schema';
  return usesSchemas(format.legacy) ? 'none' : 'bytes';
}

/** Selections leave most bytes out: only documents taken whole can be walked. */
function walkerFor(
  { spec: { format, select, budgets }, masks }: Common,
  rules: readonly RuleSpec[],
  root: RuleState,
): Walker | undefined {
  const whole = select.legacy === undefined && select.candidate === undefined;
  const json = format.legacy === 'json' && format.candidate === 'json';
  const kinds = new Set(rules.map(({ kind }) => kind));
  // Where only some places are compared, ids are bound or differences are known, none stands for itself.
  const standAlone = !(['include', 'bijection', 'known'] as const).some((kind) => kinds.has(kind));
  // What is the same up to ignored ids may still hold references to other things.
  if (kinds.has('reference')) return undefined;
  return whole && json ? new Walker(root, budgets.depth, standAlone, masks !== undefined) : undefined;
}
