// The masks of a comparison: those of `privacy`, carried along to wherever rules that rewrite may bring what they hide.
//
// All rules count, whichever hold for a pair: rather one value hidden than one shown.
import { Fault } from '../fault.ts';
import type { MaskMarks } from './mask-states.ts';
import { Masks } from './masks.ts';
import { PATTERN_FORM, parsePattern, type Segment } from './pattern.ts';
import {
  type Mac,
  type MaskPattern,
  type PrivacyAction,
  type PrivacySpec,
  reaches,
  usesMac,
  withRenames,
} from './privacy.ts';
import type { ReadyRule } from './ready-rules.ts';
import { readsDocument } from './rewriting/transform.ts';

/** Throws a Fault, `privacy-key-missing`. Adds to `faults` what is no pattern. */
export function compileMasks(
  privacy: PrivacySpec,
  rules: readonly ReadyRule[],
  mac: Mac | undefined,
  faults: string[],
): Masks {
  if (mac === undefined && usesMac(privacy)) {
    throw new Fault('privacy: masks values by hmac, and there is no key', {
      code: 'privacy-key-missing',
      cure: 'Set PARALLAX_PRIVACY_KEY, or PARALLAX_PRIVACY_KEY_FILE to the path of a file that holds it; or write drop for hmac.',
    });
  }
  let entries: Entry[] = privacy.paths.flatMap(({ path, action }) => {
    const segments = parsePattern(path);
    if (segments !== undefined) return [{ path, action, segments }];
    faults.push(`privacy: ${JSON.stringify(path)} is no path pattern: allowed is ${PATTERN_FORM}`);
    return [];
  });
  for (const { rule } of rules) {
    const segments = rule.kind === 'transform' ? parsePattern(rule.path) : undefined;
    if (rule.kind !== 'transform' || segments === undefined) continue;
    const action = hidesResult(segments, entries, privacy.default, readsDocument(rule));
    if (action !== undefined) entries = withResult({ path: rule.path, action, segments }, entries);
  }
  const renames = rules.flatMap(({ rename }) => (rename === undefined ? [] : [rename]));
  const patterns: MaskPattern[] = entries.map(({ segments }, entry) => ({ entry, segments }));
  const decoded = rules.flatMap(({ rule }) => {
    const segments = rule.kind === 'decode' ? parsePattern(rule.path) : undefined;
    return segments === undefined ? [] : [{ entry: -1, segments }];
  });
  const marks: MaskMarks = { packed: withRenames(decoded, renames, () => true).map(({ segments }) => segments) };
  const masked = withRenames(patterns, renames, (entry) => entries[entry]?.action !== 'keep');
  return new Masks({ ...privacy, paths: entries }, masked, mac, marks);
}

interface Entry {
  readonly path: string;
  readonly action: PrivacyAction;
  readonly segments: readonly Segment[];
}

/** How the result of a transform must be masked; undefined where nothing it may have come from is. */
function hidesResult(
  segments: readonly Segment[],
  entries: readonly Entry[],
  others: PrivacyAction,
  readsAll: boolean,
): PrivacyAction | undefined {
  const sources = entries.filter((entry) => readsAll || reaches(entry.segments, segments)).map(({ action }) => action);
  const actions = readsAll || segments.length === 0 ? [...sources, others] : sources;
  return actions.includes('drop') ? 'drop' : actions.includes('hmac') ? 'hmac' : undefined;
}

/** Before the entries that speak of just this place or of what lies below it: those were meant for the result. */
function withResult(result: Entry, entries: readonly Entry[]): Entry[] {
  const own = JSON.stringify(result.segments);
  const at = entries.findIndex(({ segments }) => JSON.stringify(segments.slice(0, result.segments.length)) === own);
  const place = at < 0 ? entries.length : at;
  return [...entries.slice(0, place), result, ...entries.slice(place)];
}
