// Whether the masks go together with what must be shown: ids and types stand in every row.
import { MaskStates } from '../compare/mask-states.ts';
import { parsePattern } from '../compare/pattern.ts';
import { PRIVACY_ACTIONS, type PrivacyAction } from '../compare/privacy.ts';
import { DEFAULT_CORRELATION, parseSource, type Source } from '../envelope/source.ts';
import type { SoundValues } from './sound-values.ts';
import type { KeyPath } from './yaml-text.ts';

export function checkPrivacy(values: SoundValues): void {
  if (values.keys('privacy').length === 0) return;
  if (values.at('privacy', 'id') === 'drop') {
    values.report({
      path: ['privacy', 'id'],
      message: 'Ids cannot be dropped: pairs are told apart and found by them.',
      allowed: 'hmac, keep',
    });
  }
  checkSource(values, ['type'], 'The event type is shown as it is');
  if (values.at('privacy', 'id') !== undefined) return;
  const cure = 'Say `id: hmac`, or `id: keep` if ids may be shown.';
  for (const owner of [[], ['legacy'], ['candidate']]) {
    for (const path of sourcesIn(values, [...owner, 'correlation'])) checkSource(values, path, 'The id is shown', cure);
  }
  const isDefault = [[], ['legacy'], ['candidate']].some((owner) => !values.keys(...owner).includes('correlation'));
  const isStated = values.keys().includes('correlation');
  if (isDefault && !isStated && DEFAULT_CORRELATION.flat().some((source) => isMasked(values, source))) {
    values.report({
      path: ['privacy'],
      message: 'The id is shown, and is read from a place that `privacy` masks: no correlation is stated.',
      cure,
    });
  }
}

/** Where texts stand that name a source: the value itself, or the parts of a list and of `any`. */
function sourcesIn(values: SoundValues, path: KeyPath): readonly KeyPath[] {
  const value = values.at(...path);
  if (typeof value === 'string') return [path];
  if (Array.isArray(value)) return value.flatMap((_, index) => sourcesIn(values, [...path, index]));
  return values.keys(...path).includes('any') ? sourcesIn(values, [...path, 'any']) : [];
}

/** Reports a source that `privacy` masks by name; what the default masks is no decision about this one. */
function checkSource(values: SoundValues, path: KeyPath, shown: string, cure?: string): void {
  const source = parseSource(values.text(...path) ?? '');
  if (source === undefined || !isMasked(values, source)) return;
  values.report({
    path,
    message: `${shown}, and is read from a place that \`privacy\` masks.`,
    cure: cure ?? 'Read it from elsewhere, or keep this place.',
  });
}

function isMasked(values: SoundValues, source: Source): boolean {
  const isHidden = (key: string) => ['hmac', 'drop'].includes(values.text('privacy', key) ?? '');
  switch (source.kind) {
    case 'key':
      return isHidden('key');
    case 'header':
      return isHidden(`header:${source.name}`);
    case 'path':
      return maskAt(values, source.pointer) !== 'keep';
    case 'ce_id':
    case 'traceparent':
      return false;
  }
}

function maskAt(values: SoundValues, pointer: readonly string[]): PrivacyAction {
  // Paths of `privacy` start at what is selected, those of sources at the payload.
  if (['legacy', 'candidate'].some((side) => values.keys(side).includes('select'))) return 'keep';
  const entries = values.keys('privacy').flatMap((key) => {
    const segments = key === '' || key.startsWith('/') ? parsePattern(key) : undefined;
    const action = PRIVACY_ACTIONS.find((one) => one === values.at('privacy', key));
    return segments === undefined || action === undefined ? [] : [{ segments, action }];
  });
  const patterns = entries.map(({ segments }, entry) => ({ entry, segments }));
  const actions = entries.map(({ action }) => action);
  let state = new MaskStates(patterns, actions, 'keep').root;
  for (const name of pointer) state = state.member(name);
  return state.action;
}
