// Everything two samples tell about how their topics could be compared.
import { compilePlan } from '../compare/plan.ts';
import type { RuleSpec } from '../compare/rules.ts';
import type { Correlation, Source } from '../envelope/source.ts';
import type { Pick } from '../experiment/experiment.ts';
import { type ReorderedArray, reorderedArrays } from './arrays.ts';
import { type SecondPart, secondPart } from './composite.ts';
import { type Differing, type DifferingPath, differingPaths, WHOLE_VALUE } from './differing.ts';
import { type EventType, eventTypeOf } from './event-type.ts';
import { type Joining, rankJoinings, type SideRecords } from './joining.ts';
import { type Matching, matchSamples } from './matching.ts';
import { isPlacedById, meetingOf, type Partitioning, partitioningOf, sidesToShuffle } from './partitioning.ts';
import { type GuessedFormat, type Payloads, payloadsOf } from './payloads.ts';
import { type Picking, pickingOf } from './picking.ts';
import { type Place, placesOf } from './places.ts';
import type { SampledTopic, SchemaFormat } from './sample.ts';
import { observe } from './suggesting/observing.ts';
import { renamings } from './suggesting/renaming.ts';
import { type Suggestion, suggestRules } from './suggesting/suggest.ts';
import { type Gaps, gapsOf, type ProposedWindow, proposeWindow } from './timing.ts';

export interface Samples {
  readonly legacy: SampledTopic;
  readonly candidate: SampledTopic;
  /** The topic both systems read. */
  readonly input?: SampledTopic;
  /** The shorter retention of both outputs, milliseconds; absent: not known, or without end. */
  readonly retentionMs?: number;
}

export interface SeenTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly sampled: number;
  readonly held: number;
  readonly payloads: Payloads;
  /** As of the sample. */
  readonly writtenAs?: SchemaFormat;
  readonly partitioning: Partitioning;
}

export interface GuessedInput extends SeenTopic {
  /** Absent: none of the ids was found in it. */
  readonly correlation?: Correlation;
  readonly hits: number;
}

export interface GuessedRules {
  /** So clear that they are proposed to be in force. */
  readonly active: readonly DifferingPath[];
  readonly activeArrays: readonly ReorderedArray[];
  /** To be looked at by a person first. */
  readonly doubtful: readonly DifferingPath[];
  readonly doubtfulArrays: readonly ReorderedArray[];
  /** For doubtful paths, narrower than ignoring them: each leaves nothing of what the sample shows there. */
  readonly suggestions: readonly Suggestion[];
  /** The first events of the pairs under the rules in force. */
  readonly remaining: Differing;
}

interface Seen {
  readonly legacy: SeenTopic;
  readonly candidate: SeenTopic;
}

export interface Joined extends Seen {
  readonly kind: 'joined';
  readonly best: Joining;
  readonly second?: SecondPart;
  readonly alternatives: readonly Joining[];
  readonly correlation: { readonly legacy: Correlation; readonly candidate: Correlation };
  readonly matching: Matching;
  readonly format: GuessedFormat;
  readonly gaps: Gaps;
  readonly window: ProposedWindow;
  readonly rules: GuessedRules;
  readonly picking: Picking;
  readonly pick: Pick;
  readonly type?: EventType;
  /** Ids on both sides, and those of them whose records all lie in partitions of the same number. */
  readonly meeting: { readonly ids: number; readonly together: number };
  /** Sides to be keyed anew by the id, so that they meet. */
  readonly shuffled: readonly ('legacy' | 'candidate')[];
  readonly input?: GuessedInput;
}

export type Guess =
  | Joined
  /** One topic has no record: what the other one has is all there is to go by. */
  | (Seen & { readonly kind: 'one-sided'; readonly empty: 'legacy' | 'candidate'; readonly places: readonly Place[] })
  | (Seen & { readonly kind: 'empty' })
  /** No place of one side holds what a place of the other holds. */
  | (Seen & {
      readonly kind: 'no-match';
      readonly places: { readonly legacy: readonly Place[]; readonly candidate: readonly Place[] };
      readonly closest: readonly Joining[];
    })
  /** Payloads that name schemas and were not read by them. */
  | (Seen & { readonly kind: 'registry'; readonly sides: readonly ('legacy' | 'candidate')[] })
  /** Documents on one side, and on the other what is none. */
  | (Seen & { readonly kind: 'unlike' });

const LEAST_HITS = 0.3;
const LEAST_SHARED = 3;
const ALTERNATIVES = 5;
/** Fewer pairs prove nothing. */
const LEAST_PAIRS = 20;
const NEARLY_ALL = 0.95;

export function guessExperiment(samples: Samples): Guess {
  const { legacy, candidate } = samples;
  const seen = { legacy: seenOf(legacy), candidate: seenOf(candidate) };
  const framed = (['legacy', 'candidate'] as const).filter((side) => seen[side].payloads.needs !== undefined);
  if (framed.length > 0) return { kind: 'registry', ...seen, sides: framed };
  const sides: { legacy: SideRecords; candidate: SideRecords } = {
    legacy: { records: legacy.records, places: placesOf(legacy.records) },
    candidate: { records: candidate.records, places: placesOf(candidate.records) },
  };
  if (legacy.records.length === 0 && candidate.records.length === 0) return { kind: 'empty', ...seen };
  if (legacy.records.length === 0) {
    return { kind: 'one-sided', ...seen, empty: 'legacy', places: likely(sides.candidate.places) };
  }
  if (candidate.records.length === 0) {
    return { kind: 'one-sided', ...seen, empty: 'candidate', places: likely(sides.legacy.places) };
  }
  const isBySchema = seen.legacy.writtenAs !== undefined || seen.candidate.writtenAs !== undefined;
  if (isBySchema && formatOf(seen) !== 'json') return { kind: 'unlike', ...seen };
  const ranked = rankJoinings(sides.legacy, sides.candidate);
  const [best] = ranked;
  if (best === undefined || !isJoin(best)) {
    const places = { legacy: likely(sides.legacy.places), candidate: likely(sides.candidate.places) };
    return { kind: 'no-match', ...seen, places, closest: ranked.slice(0, 3) };
  }
  const second = secondPart(best, ranked, sides.legacy, sides.candidate);
  return joined(samples, seen, sides, ranked, best, second);
}

function isJoin({ shared, legacyHits, candidateHits, legacy, candidate }: Joining): boolean {
  const few = Math.min(legacy.records.size, candidate.records.size);
  return shared >= Math.min(LEAST_SHARED, few) && Math.max(legacyHits, candidateHits) >= LEAST_HITS;
}

function joined(
  samples: Samples,
  seen: Seen,
  sides: { readonly legacy: SideRecords; readonly candidate: SideRecords },
  ranked: readonly Joining[],
  best: Joining,
  second: SecondPart | undefined,
): Joined {
  const parts = (side: 'legacy' | 'candidate'): Correlation => [
    [best[side].source],
    ...(second === undefined ? [] : [[second[side].source]]),
  ];
  const correlation = { legacy: parts('legacy'), candidate: parts('candidate') };
  const matching = matchSamples(samples.legacy.records, samples.candidate.records, correlation);
  const { matched } = matching;
  const format = formatOf(seen);
  const rules = format === 'json' ? guessRules(matching) : noRules(matching, format);
  const picking = pickingOf(matched, rulesInForce(rules), format);
  const gaps = gapsOf(matched);
  const meeting = meetingOf(matched);
  const isPlaced = (side: 'legacy' | 'candidate') =>
    isPlacedById(samples[side].records, samples[side].partitions, correlation[side]);
  const type = eventTypeOf(sides.legacy.places, matched);
  const input = samples.input === undefined ? undefined : guessInput(samples.input, correlation.legacy, samples.legacy);
  return {
    kind: 'joined',
    ...seen,
    best,
    ...(second === undefined ? {} : { second }),
    alternatives: otherPlaces(best, ranked.filter(isJoin)),
    correlation,
    matching,
    format,
    gaps,
    window: proposeWindow(gaps, samples.retentionMs),
    rules,
    picking,
    pick: picking.proposed,
    ...(type === undefined ? {} : { type }),
    meeting,
    shuffled: sidesToShuffle(
      meeting,
      { legacy: samples.legacy.partitions, candidate: samples.candidate.partitions },
      { legacy: isPlaced('legacy'), candidate: isPlaced('candidate') },
    ),
    ...(input === undefined ? {} : { input }),
  };
}

/** Each names a place that none before it did. */
function otherPlaces(best: Joining, ranked: readonly Joining[]): readonly Joining[] {
  const named = { legacy: new Set([best.legacy]), candidate: new Set([best.candidate]) };
  const others = ranked.filter(({ legacy, candidate }) => {
    if (named.legacy.has(legacy) && named.candidate.has(candidate)) return false;
    named.legacy.add(legacy);
    named.candidate.add(candidate);
    return true;
  });
  return others.slice(0, ALTERNATIVES);
}

function seenOf(sample: SampledTopic): SeenTopic {
  const { topic, partitions, records, held, writtenAs } = sample;
  const [payloads, partitioning] = [payloadsOf(records), partitioningOf(sample)];
  const seen = { topic, partitions, held, sampled: records.length, payloads, partitioning };
  return writtenAs === undefined ? seen : { ...seen, writtenAs };
}

/** Both sides are read alike: the least that both are. */
function formatOf({ legacy, candidate }: Seen): GuessedFormat {
  const kinds = [legacy.payloads.kind, candidate.payloads.kind];
  if (kinds.every((kind) => kind === 'json')) return 'json';
  return kinds.every((kind) => kind === 'json' || kind === 'text') ? 'text' : 'bytes';
}

/** Places that tell records apart, the likeliest first. */
function likely(places: readonly Place[]): readonly Place[] {
  return places
    .filter(({ records, present }) => records.size >= 0.2 * present)
    .toSorted((a, b) => idLikeness(b) - idLikeness(a))
    .slice(0, ALTERNATIVES);
}

function idLikeness({ source, name, records, present, ids }: Place): number {
  const named = /correlation/i.test(name) ? 3 : /(id|key|uuid|no|number|ref)$/i.test(name) ? 2 : 1;
  return named * (records.size / present) * (present / ids.length) * (source.kind === 'traceparent' ? 0.7 : 1);
}

function noRules({ matched }: Matching, format: GuessedFormat): GuessedRules {
  const remaining = differingPaths(matched, [], format);
  return { active: [], activeArrays: [], doubtful: [], doubtfulArrays: [], suggestions: [], remaining };
}

function guessRules({ matched }: Matching): GuessedRules {
  const arrays = reorderedArrays(matched);
  const areSure = (array: ReorderedArray): boolean =>
    array.reordered >= LEAST_PAIRS && array.reordered >= 0.2 * array.pairs && array.same >= 0.99 * array.pairs;
  const all = differingPaths(matched, arrays.map(unorderedRule));
  // What comes under another name is not noise: ignored there, its values would no longer be compared.
  const renamed = new Set(
    renamings(observe(matched, compilePlan({ ...WHOLE_VALUE, rules: [] }))).flatMap(({ patterns }) => patterns),
  );
  const active = all.paths.filter((path) => isSure(path) && !renamed.has(path.path));
  const activeArrays = arrays.filter(areSure);
  const inForce = [...active.map(ignoreRule), ...activeArrays.map(unorderedRule)];
  const remaining = differingPaths(matched, inForce);
  const { suggestions } = suggestRules(matched, { ...WHOLE_VALUE, rules: inForce }, { mayIgnore: () => false });
  return {
    active,
    activeArrays,
    doubtful: all.paths.filter((path) => !active.includes(path)),
    doubtfulArrays: arrays.filter((array) => !activeArrays.includes(array)),
    suggestions: suggestions.filter(({ rule }) => !('unordered' in rule)),
    remaining,
  };
}

/** Different in nearly all pairs, and different by nature; what one side no longer says is never that. */
function isSure({ nature, pairs, differing, kinds }: DifferingPath): boolean {
  if (nature !== 'work-time' && nature !== 'made-up') return false;
  if (kinds.some((kind) => kind !== 'changed' && kind !== 'added')) return false;
  return differing >= LEAST_PAIRS && differing >= NEARLY_ALL * pairs;
}

export function rulesInForce({ active, activeArrays }: GuessedRules): readonly RuleSpec[] {
  return [...active.map(ignoreRule), ...activeArrays.map(unorderedRule)];
}

function ignoreRule({ path }: DifferingPath): RuleSpec {
  return { kind: 'ignore', name: `ignore ${path}`, paths: [path] };
}

function unorderedRule({ path, key }: ReorderedArray): RuleSpec {
  return { kind: 'unordered', name: `unordered ${path}`, path, ...(key === undefined ? {} : { key: [key] }) };
}

/** Where the input carries the ids of the legacy outputs. */
function guessInput(input: SampledTopic, correlation: Correlation, legacy: SampledTopic): GuessedInput {
  const seen = seenOf(input);
  const places = placesOf(input.records);
  const found: Source[] = [];
  let hits = 1;
  for (const [source] of correlation) {
    const wanted = placesOf(legacy.records).filter((place) => JSON.stringify(place.source) === JSON.stringify(source));
    const [best] = rankJoinings({ records: input.records, places }, { records: legacy.records, places: wanted });
    if (best === undefined || !isJoin(best)) return { ...seen, hits: 0 };
    found.push(best.legacy.source);
    hits = Math.min(hits, best.candidateHits);
  }
  return { ...seen, correlation: found.map((source) => [source]), hits };
}
