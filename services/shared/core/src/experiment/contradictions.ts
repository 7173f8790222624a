// Keys of an experiment file that are each right and do not go together.
import type { ExperimentFault } from './faults.ts';
import { WINDOW_DEFAULTS } from './file-schema.ts';
import { checkPrivacy } from './privacy-checks.ts';
import { checkRules } from './rule-checks.ts';
import { checkSides } from './side-checks.ts';
import { SoundValues } from './sound-values.ts';
import { DURATION, durationMs, formatDuration } from './units.ts';
import type { YamlText } from './yaml-text.ts';

/**
 * @param faults what is known to be wrong already: not told again, and nothing is concluded from it
 * @param now epoch ms, where what has expired is to be refused
 */
export function contradictions(
  yaml: YamlText,
  file: string,
  faults: readonly ExperimentFault[],
  now?: number,
): readonly ExperimentFault[] {
  const values = new SoundValues(yaml, file, faults);
  checkSides(values);
  checkCompared(values);
  checkWindow(values);
  checkRules(values, now);
  checkPrivacy(values);
  return values.reported();
}

function checkCompared(values: SoundValues): void {
  const headers = values.at('compare', 'headers');
  const nothing = values.at('compare', 'value') === false && values.at('compare', 'key') !== true;
  if (nothing && values.sound(['compare']) && !(Array.isArray(headers) && headers.length > 0)) {
    values.report({
      path: ['compare'],
      message: 'Nothing would be compared: every pair would match.',
      cure: 'Set value or key to true, or name headers.',
    });
  }
}

function checkWindow(values: SoundValues): void {
  const stated = (name: keyof typeof WINDOW_DEFAULTS | 'outage') => {
    const text = values.sound(['window', name]) ? values.text('window', name) : undefined;
    return text !== undefined && DURATION.test(text) ? durationMs(text) : undefined;
  };
  const known = (name: keyof typeof WINDOW_DEFAULTS) =>
    values.sound(['window', name]) ? (stated(name) ?? durationMs(WINDOW_DEFAULTS[name])) : undefined;
  const settle = known('settle');
  const deadline = known('deadline');
  const maxOutage = known('maxOutage');
  const longer = (name: 'settle' | 'outage', ms: number, limit: string, limitMs: number) => {
    const given = `${formatDuration(ms)}${stated(name) === undefined ? ' (the default)' : ''}`;
    return `${name} ${given} is not shorter than ${limit} ${formatDuration(limitMs)}.`;
  };
  if (settle !== undefined && deadline !== undefined && settle >= deadline) {
    values.report({
      path: ['window', stated('settle') === undefined ? 'deadline' : 'settle'],
      message: longer('settle', settle, 'deadline', deadline),
      cure: 'A pair must have time to settle before absence is concluded: give both, settle the shorter one.',
    });
  }
  const outage = values.sound(['window', 'outage'])
    ? (stated('outage') ?? (deadline === undefined ? undefined : deadline / 2))
    : undefined;
  if (outage === 0 && stated('outage') === 0) {
    values.report({
      path: ['window', 'outage'],
      message: 'outage cannot be nothing.',
      allowed: 'a duration above 0ms',
    });
  } else if (outage !== undefined && maxOutage !== undefined && outage >= maxOutage) {
    values.report({
      path: ['window', stated('outage') === undefined ? 'deadline' : 'outage'],
      message: longer('outage', outage, 'maxOutage', maxOutage),
      cure: 'State a longer maxOutage; outage is half the deadline where it is not stated.',
    });
  }
  const pick = values.text('window', 'pick') ?? 'sequence';
  if (
    values.sound(['window', 'pick']) &&
    values.text('window', 'counts') === 'ignore' &&
    (pick === 'sequence' || pick === 'set')
  ) {
    values.report({
      path: ['window', 'counts'],
      message: `counts: ignore says nothing under pick: ${pick}, which compares all events.`,
      cure: 'Leave counts out, or pick last or first.',
    });
  }
}
