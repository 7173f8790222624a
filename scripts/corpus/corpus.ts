// Labelled pairs of documents: what a comparison must find, and what it must not report. The same for the same seed.
//
// Every kind of change is tried at every kind of place in every context, in turn. What a pair must come to is known from
// how it was made; where several rules meet, the oracle says it (judge.ts).
import { EXCUSES, excused } from './excused.ts';
import { GONE, MUTATIONS } from './mutations.ts';
import { order } from './orders.ts';
import { type Place, POSITIONS, type Position, places, put } from './places.ts';
import { NOISES, type Noise, spell } from './spelling.ts';
import { canonical, pick, type Roll, roller, type Tree } from './tree.ts';
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
  readonly label: Label;
  /** Name of the change; none in a pair that holds nothing but its context. */
  readonly change: string | undefined;
  readonly position: Position | undefined;
  /** What else differs, and means nothing. */
  readonly context: string;
  /** The part of the document that was changed; a JSON Pointer that other orders of elements do not move. */
  readonly part: string;
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
/** One pair in so many holds no change at all; one can not be read. */
const HARMLESS = 5;
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
    for (const end = n + BATCH; n < end; n++) {
      const context = contexts[Math.floor(n / (kinds.length * POSITIONS.length)) % contexts.length] ?? 'quiet';
      if (n % BROKEN === 0) {
        const [name, breaks] = pick(Object.entries(UNREADABLE), roll);
        const text = encoder.encode(spell(base, [], roll));
        yield pair(rules, base, base, roll, 'quiet', {
          change: name,
          label: 'unreadable',
          candidate: breaks(text, roll),
        });
      }
      if (n % HARMLESS === 0) {
        const loud = pick(contexts, roll);
        yield pair(rules, base, base, roll, loud, { label: 'harmless' });
      }
      const change = kinds[n % kinds.length] as string;
      const position = POSITIONS[Math.floor(n / kinds.length) % POSITIONS.length] as Position;
      const changed = mutated(base, all, change, position, roll);
      if (changed === undefined) continue;
      const [to, { pointer }] = changed;
      const label = rules === 'strict' ? 'semantic' : underRules(pointer, all);
      yield pair(rules, base, to, roll, context, { change, position, label, part: fixed(pointer, rules) });
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
  const fit = all.filter(
    ({ tree, positions }) => positions.has(position) && (mutation?.on === undefined || tree.kind === mutation.on),
  );
  for (let tries = 0; tries < 3 && fit.length > 0; tries++) {
    const place = pick(fit, roll);
    const by = mutation?.change(place.tree, roll);
    if (by === GONE) {
      if (typeof place.path.at(-1) === 'string') return [put(base, place.path, undefined), place];
    } else if (by !== undefined && canonical(by) !== canonical(place.tree)) return [put(base, place.path, by), place];
  }
  return undefined;
}

/** Under the typical rules: what is known without an oracle. */
function underRules(pointer: string, all: readonly Place[]): Label {
  const ignored = all.filter(({ positions }) => positions.has('ignored'));
  if (ignored.some((outer) => `${pointer}/`.startsWith(`${outer.pointer}/`))) return 'harmless';
  return /^\/(?:id|lines|body|deep|meta\/node)(?:\/|$)/.test(pointer) ? 'semantic' : 'ruled';
}

/** Up to the first array in which elements have no place. */
function fixed(pointer: string, rules: RuleSet): string {
  return rules === 'strict' ? pointer : (/^\/(?:items|tags|groups)(?=\/)/.exec(pointer)?.[0] ?? pointer);
}

interface Made {
  readonly label: Label;
  readonly change?: string;
  readonly position?: Position;
  readonly part?: string;
  readonly candidate?: Uint8Array;
}

function pair(rules: RuleSet, from: Tree, to: Tree, roll: Roll, context: string, made: Made): LabelledPair {
  const { label, change, position, part = '' } = made;
  const spellings: readonly Noise[] =
    context === 'all spellings' || context === 'everything' ? NOISES : NOISES.filter((noise) => noise === context);
  const excuses = EXCUSES.filter((excuse) => excuse === context || context === 'everything');
  const loud = excuses.reduce((tree, excuse) => excused(tree, excuse, roll), to);
  // Either side may be the one that changed.
  const swap = made.candidate === undefined && roll() < 0.5;
  const texts = (one: Tree, other: Tree, noises: readonly Noise[]): readonly [Uint8Array, Uint8Array] => {
    const [legacy, candidate] = swap ? [other, one] : [one, other];
    const named = rules === 'typical' ? mailed(legacy) : legacy;
    return [encoder.encode(spell(named, [], roll)), encoder.encode(spell(candidate, noises, roll))];
  };
  const [legacy, candidate] = texts(from, loud, spellings);
  const quiet = (): readonly [Uint8Array, Uint8Array] => texts(from, to, []);
  return { legacy, candidate: made.candidate ?? candidate, label, change, position, context, part, quiet };
}

/** Legacy calls it `mail`. */
function mailed(tree: Tree): Tree {
  if (tree.kind !== 'object') return tree;
  return {
    kind: 'object',
    members: tree.members.map(([name, value]) => [
      name,
      name === 'customer' && value.kind === 'object'
        ? { kind: 'object', members: value.members.map(([inner, one]) => [inner === 'email' ? 'mail' : inner, one]) }
        : value,
    ]),
  };
}
