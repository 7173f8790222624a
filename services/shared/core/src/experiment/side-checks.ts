// Whether the two sides, the input and the candidate's own keys go together.
import { DEFAULT_OUTPUT } from './experiment.ts';
import { checkFormats } from './format-checks.ts';
import type { SoundValues } from './sound-values.ts';
import type { KeyPath } from './yaml-text.ts';

const SIDES = ['legacy', 'candidate'] as const;
type SideName = (typeof SIDES)[number];

export function checkSides(values: SoundValues): void {
  for (const side of SIDES) checkOneForm(values, side);
  checkSameOutputs(values);
  checkTwin(values);
  checkTopics(values);
  checkCandidate(values);
  checkFormats(values);
  checkCorrelations(values);
}

function checkOneForm(values: SoundValues, side: SideName | 'twin'): void {
  const keys = values.keys(side);
  if (keys.includes('outputs') && keys.includes('topic')) {
    values.report({
      path: [side, 'topic'],
      message: `\`${side}\` has both topic and outputs.`,
      cure: 'topic is short for one output; keep one of the two.',
    });
  } else if (!keys.includes('outputs') && !keys.includes('topic') && isMap(values, side)) {
    values.report({
      code: 'missing-key',
      path: [side, 'topic'],
      message: `\`${side}\` does not say where its output is.`,
      allowed: 'topic: NAME, or outputs: and a map of output names to topics',
    });
  }
  if (values.keys(side, 'outputs').includes('__proto__')) {
    values.report({
      code: 'bad-value',
      path: [side, 'outputs', '__proto__'],
      message: '`__proto__` cannot be the name of an output.',
    });
  }
}

/** A twin may have some of the outputs only; what it answers on is an output of legacy. */
function checkTwin(values: SoundValues): void {
  if (!values.keys().includes('twin')) return;
  checkOneForm(values, 'twin');
  if (values.at('legacy', 'shuffle') === true) {
    values.report({
      path: ['twin'],
      message: 'Legacy is keyed anew by the id and its twin would not be: their ids would lie in different partitions.',
      cure: 'Let both legacy instances publish with the id as key, without shuffle; or leave the twin out.',
    });
  }
  const names = outputNames(values, 'legacy');
  if (names.length === 0) return;
  const short = values.keys('twin').includes('topic');
  for (const name of outputNames(values, 'twin').filter((name) => !names.includes(name))) {
    values.report({
      path: short ? ['twin', 'topic'] : ['twin', 'outputs', name],
      message: `Output \`${name}\`${short ? ', for which topic is short,' : ''} is no output of legacy, which the twin is one of.`,
      allowed: names.join(', '),
    });
  }
  const format = (side: 'legacy' | 'twin') => values.text(side, 'format');
  const legacy = format('legacy') ?? values.text('format') ?? 'json';
  const own = format('twin') ?? legacy;
  if (own === legacy || !values.sound(['twin', 'format']) || !values.sound(['legacy', 'format'])) return;
  values.report({
    path: ['twin', 'format'],
    message: `The twin cannot be compared with legacy: it is read as ${own}, legacy as ${legacy}.`,
    allowed: legacy,
  });
}

/** True for a map, empty or not, that is not itself at fault. */
function isMap(values: SoundValues, side: SideName | 'twin'): boolean {
  const faultFree = values.at(side);
  return values.keys(side).length > 0 || (typeof faultFree === 'object' && faultFree !== null);
}

function checkSameOutputs(values: SoundValues): void {
  const named = SIDES.map((side) => ({ side, names: outputNames(values, side) }));
  const [legacy, candidate] = named;
  if (!legacy?.names.length || !candidate?.names.length) return;
  for (const [own, other] of [
    [legacy, candidate],
    [candidate, legacy],
  ] as const) {
    const short = values.keys(own.side).includes('topic');
    for (const name of own.names.filter((name) => !other.names.includes(name))) {
      values.report({
        path: short ? [own.side, 'topic'] : [own.side, 'outputs', name],
        message: `Output \`${name}\`${short ? ', for which topic is short,' : ''} is named on the ${own.side} side only.`,
        allowed: `the same outputs on both sides; the other side has ${other.names.join(', ')}`,
      });
    }
  }
}

/** None where the side does not say it in one way. */
function outputNames(values: SoundValues, side: SideName | 'twin'): readonly string[] {
  const outputs = values.keys(side, 'outputs');
  if (!values.keys(side).includes('topic')) return outputs;
  return values.keys(side).includes('outputs') ? [] : [DEFAULT_OUTPUT];
}

/** Every compared topic must be its own: a topic compared with itself is a perfect match that means nothing. */
function checkTopics(values: SoundValues): void {
  const taken = new Map<string, string>();
  const claim = (path: KeyPath, role: string, remember: boolean) => {
    const topic = values.text(...path);
    if (topic === undefined) return;
    const other = taken.get(topic);
    if (other !== undefined) {
      values.report({
        path,
        message: `Topic ${topic} is ${other} and ${role}.`,
        cure: 'Each output of each side needs a topic of its own, apart from the input.',
      });
    } else if (remember) taken.set(topic, role);
  };
  for (const side of SIDES) {
    claim([side, 'topic'], `the output of ${side}`, true);
    for (const name of values.keys(side, 'outputs')) claim([side, 'outputs', name], `output ${name} of ${side}`, true);
  }
  claim(['twin', 'topic'], 'the output of the twin', true);
  for (const name of values.keys('twin', 'outputs')) {
    claim(['twin', 'outputs', name], `output ${name} of the twin`, true);
  }
  // The candidate may read the input topic itself.
  claim(['input', 'topic'], 'the input', false);
  claim(['candidate', 'input'], 'the input of the candidate', false);
}

function checkCandidate(values: SoundValues): void {
  const hasInput = values.keys().includes('input');
  for (const key of ['input', 'group'] as const) {
    if (hasInput || (key === 'group' && values.keys('candidate').includes('input'))) continue;
    if (values.text('candidate', key) === undefined) continue;
    values.report({
      path: ['candidate', key],
      message:
        key === 'input'
          ? 'The candidate has an input topic, but the experiment has no input to feed it from.'
          : 'A consumer group is evidence only together with the topic it reads, and there is no input.',
      cure: 'Add input: { topic: … }, the topic both systems read.',
    });
  }
}

/** Ids of unlike numbers of parts are never equal. */
function checkCorrelations(values: SoundValues): void {
  if (!values.sound(['correlation']) || !values.sound(['legacy', 'correlation'])) return;
  const partsOf = (place: string) => parts(values.at(place, 'correlation')) ?? parts(values.at('correlation')) ?? 1;
  const legacy = partsOf('legacy');
  const hasOwn = (place: string) => values.keys(place).includes('correlation');
  for (const place of ['candidate', 'twin', 'input']) {
    const own = partsOf(place);
    if (place === 'twin' && !hasOwn('twin')) continue;
    if (own === legacy || !values.keys().includes(place) || !values.sound([place, 'correlation'])) continue;
    values.report({
      path: [hasOwn(place) ? place : 'legacy', 'correlation'],
      message: `The id has ${count(legacy)} on the legacy side and ${count(own)} in the ${place}: they can never be equal.`,
      allowed: 'ids of as many parts everywhere',
    });
  }
}

function count(parts: number): string {
  return parts === 1 ? 'one part' : `${parts} parts`;
}

function parts(correlation: unknown): number | undefined {
  if (correlation === undefined) return undefined;
  return Array.isArray(correlation) ? correlation.length : 1;
}
