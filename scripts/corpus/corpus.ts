// Labelled pairs of documents: what a comparison must find, and what it must not report. The same for the same seed.
//
// Every kind of change is tried at every kind of place in every context, in turn. What a pair must come to is known from
// how it was made; where several rules meet, the oracle says it (judge.ts).
import { EXCUSES, excused, type Setting } from './excused.ts';
import { GONE, type Mutation } from './mutation.ts';
import { MUTATIONS } from './mutations.ts';
import { order } from './orders.ts';
import { type Place, POSITIONS, type Position, places, put } from './places.ts';
import { RULED } from './ruled.ts';
import { NOISES, type Noise, spell } from './spelling.ts';
import { canonical, pick, type Roll, roller, string, type Tree } from './tree.ts';
import { STATUS, TYPES } from './typical.ts';
import { UNREADABLE } from './unreadable.ts';

export type RuleSet = 'strict' | 'typical';

/**
 * `semantic`: must be found. `harmless`: must not be reported. `ruled`: rules speak of the place, the oracle decides.
 * `unreadable`: must be inconclusive.
 */
export type Label = 'semantic' | 'harmless' | 'ruled' | 'unreadable';

export interface LabelledPair {
  readonly legacy: Uint8Array;
  readonly candidate: Uint8Array;
  /** Of both events. */
  readonly type: string;
  readonly label: Label;
  /** Name of the change; none in a pair that holds nothing but its context. */
  readonly change: string | undefined;
  readonly position: Position | undefined;
  /** What else differs, and means nothing. */
  readonly context: string;
  /** Where the change may show: JSON Pointers that other orders of elements do not move. */
  readonly parts: readonly string[];
  /** The same pair with nothing but the change in it. */
  quiet(): readonly [legacy: Uint8Array, candidate: Uint8Array];
}

const SPELLINGS: readonly string[] = ['quiet', ...NOISES, 'all spellings'];
const CONTEXTS: Readonly<Record<RuleSet, readonly string[]>> = {
  strict: SPELLINGS,
  typical: ['quiet', 'all spellings', ...EXCUSES, 'everything'],
};
/** Changes tried on one document before the next is made. */
const BATCH = 48;
/** One turn in so many also makes a pair without any change; one makes a payload that cannot be read. */
const HARMLESS = 9;
const BROKEN = 97;

const encoder = new TextEncoder();

/** Pairs without end. */
export function* corpus(seed: number, rules: RuleSet): Generator<LabelledPair> {
  const roll = roller(seed);
  const kinds = Object.keys(MUTATIONS);
  const contexts = CONTEXTS[rules];
  for (let n = 0; ; ) {
    const base = order(roll);
    const all = places(base);
    const type = pick(TYPES, roll);
    for (const end = n + BATCH; n < end; n++) {
      const context = contexts[Math.floor(n / (kinds.length * POSITIONS.length)) % contexts.length] ?? 'quiet';
      if (n % BROKEN === 0) {
        const [name, breaks] = pick(Object.entries(UNREADABLE), roll);
        const text = encoder.encode(spell(base, [], roll));
        yield pair(rules, type, base, base, roll, 'quiet', {
          change: name,
          label: 'unreadable',
          candidate: breaks(text, roll),
        });
      }
      if (n % HARMLESS === 0) {
        const loud = pick(contexts, roll);
        yield pair(rules, type, base, base, roll, loud, { label: 'harmless' });
      }
      const change = kinds[n % kinds.length] as string;
      const position = POSITIONS[Math.floor(n / kinds.length) % POSITIONS.length] as Position;
      const changed = mutated(base, all, change, position, roll);
      if (changed === undefined) continue;
      const [to, place] = changed;
      const { pointer, positions } = place;
      const label = rules === 'strict' ? 'semantic' : underRules(pointer, all);
      yield pair(rules, type, base, to, roll, context, {
        change,
        position: positions.has(position) ? position : [...positions].at(-1),
        label,
        parts: shownAt(pointer, rules),
      });
    }
  }
}

function mutated(
  base: Tree,
  all: readonly Place[],
  change: string,
  position: Position,
  roll: Roll,
): readonly [Tree, Place] | undefined {
  const mutation = MUTATIONS[change];
  const fit = all.filter(({ tree }) => mutation?.on === undefined || tree.kind === mutation.on);
  const there = fit.filter(({ positions }) => positions.has(position));
  for (let tries = 0; tries < 3 && there.length > 0; tries++) {
    const found = at(base, pick(there, roll), mutation, roll);
    if (found !== undefined) return found;
  }
  if (RULED[change] === undefined) return undefined;
  // Made for a few places: wherever it can be made.
  const from = Math.floor(roll() * fit.length);
  for (let tries = 0; tries < fit.length; tries++) {
    const found = at(base, fit[(from + tries) % fit.length] as Place, mutation, roll);
    if (found !== undefined) return found;
  }
  return undefined;
}

function at(base: Tree, place: Place, mutation: Mutation | undefined, roll: Roll): readonly [Tree, Place] | undefined {
  const by = mutation?.change(place.tree, roll);
  if (by === GONE) return typeof place.path.at(-1) === 'string' ? [put(base, place.path, undefined), place] : undefined;
  if (by === undefined || canonical(by) === canonical(place.tree)) return undefined;
  return [put(base, place.path, by), place];
}

/** Under the typical rules: what is known without an oracle. */
function underRules(pointer: string, all: readonly Place[]): Label {
  const ignored = all.filter(({ positions }) => positions.has('ignored'));
  if (ignored.some((outer) => `${pointer}/`.startsWith(`${outer.pointer}/`))) return 'harmless';
  return /^\/(?:id|lines|body|deep|beside|currency|meta\/node)(?:\/|$)/.test(pointer) ? 'semantic' : 'ruled';
}

/** Up to the first array in which elements have no place. What is wrong with an id shows wherever the id stands. */
function shownAt(pointer: string, rules: RuleSet): readonly string[] {
  if (rules === 'strict') return [pointer];
  if (/^\/(?:head|parts)(?:\/|$)/.test(pointer)) return ['/head', '/parts'];
  return [/^\/(?:items|tags|groups)(?=\/)/.exec(pointer)?.[0] ?? pointer];
}

interface Made {
  readonly label: Label;
  readonly change?: string;
  readonly position?: Position | undefined;
  readonly parts?: readonly string[];
  readonly candidate?: Uint8Array;
}

function pair(
  rules: RuleSet,
  type: string,
  from: Tree,
  to: Tree,
  roll: Roll,
  context: string,
  made: Made,
): LabelledPair {
  const { label, change, position, parts = [''] } = made;
  const spellings: readonly Noise[] =
    context === 'all spellings' || context === 'everything' ? NOISES : NOISES.filter((noise) => noise === context);
  const excuses = EXCUSES.filter((excuse) => excuse === context || context === 'everything');
  // Either side may be the one that changed.
  const swap = made.candidate === undefined && roll() < 0.5;
  const setting: Setting = { from, side: swap ? 'legacy' : 'candidate', type };
  const loud = excuses.reduce((tree, excuse) => excused(tree, excuse, setting, roll), to);
  const texts = (one: Tree, other: Tree, noises: readonly Noise[]): readonly [Uint8Array, Uint8Array] => {
    const [legacy, candidate] = swap ? [other, one] : [one, other];
    const named = rules === 'typical' ? asLegacyWrites(legacy) : legacy;
    return [encoder.encode(spell(named, [], roll)), encoder.encode(spell(candidate, noises, roll))];
  };
  const [legacy, candidate] = texts(from, loud, spellings);
  const quiet = (): readonly [Uint8Array, Uint8Array] => texts(from, to, []);
  return { legacy, candidate: made.candidate ?? candidate, type, label, change, position, context, parts, quiet };
}

/** Legacy calls it `mail`, and writes codes. */
function asLegacyWrites(tree: Tree): Tree {
  if (tree.kind !== 'object') return tree;
  return {
    kind: 'object',
    members: tree.members.map(([name, value]) => {
      if (name === 'status' && value.kind === 'string') {
        const code = Object.keys(STATUS).find((one) => STATUS[one] === value.value);
        return [name, code === undefined ? value : string(code)];
      }
      if (name !== 'customer' || value.kind !== 'object') return [name, value];
      return [
        name,
        { kind: 'object', members: value.members.map(([inner, one]) => [inner === 'email' ? 'mail' : inner, one]) },
      ];
    }),
  };
}
