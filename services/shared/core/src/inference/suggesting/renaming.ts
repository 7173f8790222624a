// Members that seem to be called otherwise on the other side: one is gone wherever another is new, with the same values.
import type { Observed, ObservedPath, ObservedSample } from './observing.ts';
import { heldText } from './packed.ts';
import type { Proposal, Risk } from './proposals.ts';

/** Of the values, at least so many are the same; where the others differ is told at the new name. */
const LEAST_SAME = 0.5;
/** Different values that are hardly the same by chance. */
const TELLING = 3;
const MOST_LOOKED_INTO = 20_000;
/** Say nothing of where they stand. */
const NOTHINGS: ReadonlySet<string> = new Set(['null', '""', '[]', '{}']);

/** A path with what its values hold, read once: every path that is gone is held against every one that came. */
interface Side {
  readonly path: ObservedPath;
  readonly texts: readonly string[];
}

interface Renamed {
  readonly from: ObservedPath;
  readonly to: ObservedPath;
  readonly same: number;
  readonly distinct: number;
  readonly examples: readonly Observed[];
}

/** The surest first; none of two that are as likely. */
export function renamings({ paths }: ObservedSample): readonly Proposal[] {
  const gone = paths.filter((path) => isOnly(path, 'removed')).map((path) => sideOf(path, 'legacy'));
  const made = paths.filter((path) => isOnly(path, 'added')).map((path) => sideOf(path, 'candidate'));
  if (gone.length * made.length > MOST_LOOKED_INTO) return [];
  const likely = gone.flatMap((from) => made.flatMap((to) => renamed(from, to) ?? []));
  const isRival = (one: Renamed, other: Renamed) =>
    one !== other && (one.from === other.from || one.to === other.to) && rank(other) >= rank(one);
  return likely
    .filter((one) => !likely.some((other) => isRival(one, other)))
    .toSorted((a, b) => rank(b) - rank(a))
    .map(proposal);
}

function isOnly({ kinds }: ObservedPath, kind: 'removed' | 'added'): boolean {
  return kinds.length === 1 && kinds[0] === kind;
}

function sideOf(path: ObservedPath, side: 'legacy' | 'candidate'): Side {
  return { path, texts: path.values.map((value) => heldText(value[side] ?? '')) };
}

function renamed({ path: from, texts }: Side, { path: to, texts: others }: Side): Renamed | undefined {
  if (from.pairs.length !== to.pairs.length || texts.length !== others.length) return undefined;
  if (!from.pairs.every((pair, n) => pair === to.pairs[n])) return undefined;
  if (!from.values.every(({ id }, n) => id === to.values[n]?.id)) return undefined;
  const alike = texts.filter((text, n) => text === others[n]);
  const telling = new Set(alike.filter((text) => !NOTHINGS.has(text)));
  const same = alike.length / texts.length;
  // What is nearly always the same is the same anywhere, unless the names say so, too.
  const least = areAlike(nameOf(from.pattern), nameOf(to.pattern)) ? 1 : same === 1 ? 2 : TELLING;
  if (same < LEAST_SAME || telling.size < least) return undefined;
  const examples = from.values.map(({ id, legacy = '' }, n) => ({
    id,
    legacy,
    candidate: to.values[n]?.candidate ?? '',
  }));
  return { from, to, same, distinct: telling.size, examples };
}

/** More values agree, in the same object, under a name that is alike. */
function rank({ from, to, same }: Renamed): number {
  const isNeighbour = parentOf(from.pattern) === parentOf(to.pattern);
  return same * 4 + (isNeighbour ? 2 : 0) + (areAlike(nameOf(from.pattern), nameOf(to.pattern)) ? 1 : 0);
}

function proposal({ from, to, same, distinct, examples }: Renamed): Proposal {
  const count = examples.length;
  const alike = Math.round(same * count);
  const values = `${distinct} different ${distinct === 1 ? 'value' : 'values'}`;
  return {
    rule: { rename: { side: 'legacy', from: from.pattern, to: to.pattern } },
    reason: `only legacy has ${from.pattern}, only the candidate ${to.pattern}, with the same value in ${alike} of ${count} places (${values})`,
    risk: { level: levelOf(distinct, nameOf(from.pattern), nameOf(to.pattern)), text: hidden(from.pattern, distinct) },
    patterns: [from.pattern, to.pattern],
    examples,
  };
}

function levelOf(distinct: number, one: string, other: string): Risk['level'] {
  return distinct >= TELLING || plain(one) === plain(other) ? 'medium' : 'high';
}

function hidden(from: string, distinct: number): string {
  const chance = distinct < TELLING ? ', and that two members may have few values in common by chance' : '';
  return `that who reads ${from} of the candidate finds nothing there${chance}`;
}

function areAlike(one: string, other: string): boolean {
  const [a, b] = [plain(one), plain(other)];
  return a !== '' && b !== '' && (a.includes(b) || b.includes(a));
}

/** `order_id` and `orderId` are one name to people. */
function plain(name: string): string {
  return name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}

function nameOf(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf('/') + 1);
}

function parentOf(pattern: string): string {
  return pattern.slice(0, pattern.lastIndexOf('/'));
}
