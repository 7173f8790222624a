// Whether formats, and what they need to be read, go together.

import { isDocument, keyFormatOf, namesSchemas, type ReadFormats, usesSchemas } from '../formats/uses.ts';
import type { Format, KeyFormat } from './experiment.ts';
import { RULE_KINDS } from './rule-schema.ts';
import type { SoundValues } from './sound-values.ts';
import type { KeyPath } from './yaml-text.ts';

const SIDES = ['legacy', 'candidate'] as const;

interface Read extends ReadFormats {
  readonly side: (typeof SIDES)[number] | 'input';
}

export function checkFormats(values: SoundValues): void {
  if (!SIDES.every((side) => values.sound([side, 'format'])) || !values.sound(['format'])) return;
  if (!SIDES.every((side) => values.sound([side, 'keyFormat'])) || !values.sound(['keyFormat'])) return;
  const [legacy, candidate] = SIDES.map((side) => readAs(values, side, formatOf(values, side))) as [Read, Read];
  checkSchemas(values, [legacy, candidate, ...inputOf(values)]);
  checkKeyFormats(values);
  if (legacy.format !== candidate.format && !(isDocument(legacy.format) && isDocument(candidate.format))) {
    values.report({
      path: values.keys('candidate').includes('format') ? ['candidate', 'format'] : ['legacy', 'format'],
      message: `The sides cannot be compared: legacy is read as ${legacy.format}, the candidate as ${candidate.format}.`,
      allowed: 'the same format on both sides, or any two of json, avro, cloudevents and auto',
    });
    return;
  }
  for (const { side, format } of [legacy, candidate]) {
    if (!isDocument(format) && values.text(side, 'select') !== undefined) {
      values.report({
        path: [side, 'select'],
        message: `select finds a place in JSON, but ${side} is read as ${format}.`,
      });
    }
  }
  if (!isDocument(legacy.format)) checkRulesOfPlain(values, legacy.format);
}

/** A text has no places but the whole, unless something in it is decoded. */
function checkRulesOfPlain(values: SoundValues, format: Format): void {
  const indexes = Array.from({ length: values.count('rules') }, (_, index) => index);
  if (indexes.some((index) => values.text('rules', index, 'decode', 'path') === '')) return;
  for (const index of indexes) {
    const inside = RULE_KINDS.flatMap((kind) => pathsIn(values.at('rules', index, kind))).find((path) =>
      path.startsWith('/'),
    );
    if (inside === undefined) continue;
    values.report({
      path: ['rules', index],
      message: `This rule speaks of ${inside}, but payloads are read as ${format} and have no places in them.`,
      cure: "Say of the whole payload with path: '', put decode: { path: '', as: json } above, or read both sides as json.",
    });
  }
}

/** All paths of a rule's body. */
function pathsIn(body: unknown): readonly string[] {
  if (typeof body === 'string') return [body];
  if (Array.isArray(body)) return body.flatMap(pathsIn);
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) =>
    ['path', 'paths', 'from', 'to'].includes(key) ? pathsIn(value) : [],
  );
}

function formatOf(values: SoundValues, side: Read['side']): Format {
  return (values.text(side, 'format') ?? values.text('format') ?? 'json') as Format;
}

/** Outputs that are text or bytes say nothing of the input. */
function inputOf(values: SoundValues): readonly Read[] {
  if (!values.keys().includes('input') || !values.sound(['input', 'format'])) return [];
  if (!values.sound(['input', 'keyFormat'])) return [];
  const forAll = (values.text('format') ?? 'json') as Format;
  const format = (values.text('input', 'format') ?? (usesSchemas(forAll) ? forAll : 'json')) as Format;
  return [readAs(values, 'input', format)];
}

function readAs(values: SoundValues, side: Read['side'], format: Format): Read {
  const keyFormat = (values.text(side, 'keyFormat') ?? values.text('keyFormat')) as KeyFormat | undefined;
  return { side, format, keyFormat };
}

/** Avro says nothing without schemas; and where to find them says nothing where no format names any. */
function checkSchemas(values: SoundValues, sides: readonly Read[]): void {
  for (const one of sides) {
    const { side, format } = one;
    const places: readonly KeyPath[] = [[side, 'registry'], ['registry'], [side, 'schemas'], ['schemas']];
    const areKeys = format !== 'avro' && keyFormatOf(one) === 'avro';
    if ((format !== 'avro' && !areKeys) || places.some((path) => isNamed(values, path))) continue;
    const key = areKeys ? 'keyFormat' : 'format';
    values.report({
      path: values.keys(side).includes(key) ? [side, key] : [key],
      message: `${areKeys ? `keys of ${side} are` : `${side} is`} read as avro, and nothing says where ${areKeys ? 'their' : 'its'} schemas are.`,
      cure: 'Add registry: and the address of the schema registry; or schemas: and a list of schema files, for single objects.',
    });
  }
  const isNeeded = (side: Read['side']) => sides.some((one) => one.side === side && namesSchemas(one));
  for (const key of ['registry', 'schemas'] as const) {
    for (const side of [...SIDES, 'input'] as const) {
      if (isNamed(values, [side, key]) && !isNeeded(side)) values.report({ path: [side, key], ...useless(key, side) });
    }
    if (isNamed(values, [key]) && !sides.some(({ side }) => isNeeded(side)))
      values.report({ path: [key], ...useless(key, 'either side') });
  }
}

/** How keys are read says nothing where nothing is read of them. */
function checkKeyFormats(values: SoundValues): void {
  const places = [...SIDES, 'input'] as const;
  const useless = {
    message: 'keyFormat says nothing: no id is read from the key, and keys are not compared.',
    cure: 'Leave it out, or say correlation: key, key:/POINTER for a part of it, or compare: { key: true }.',
  };
  for (const place of places) {
    if ((values.text(place, 'keyFormat') ?? 'text') !== 'text' && !readsKeys(values, place))
      values.report({ path: [place, 'keyFormat'], ...useless });
  }
  if ((values.text('keyFormat') ?? 'text') !== 'text' && !places.some((place) => readsKeys(values, place)))
    values.report({ path: ['keyFormat'], ...useless });
}

/** True also where it cannot be told, for a fault nearby. */
function readsKeys(values: SoundValues, place: Read['side']): boolean {
  const isSound = values.sound(['correlation']) && values.sound([place, 'correlation']) && values.sound(['compare']);
  if (!isSound || values.at('compare', 'key') === true) return true;
  const read = [values.at(place, 'correlation') ?? values.at('correlation'), values.at('type')];
  return /"key(?::[^"]*)?"/.test(JSON.stringify(read));
}

function isNamed(values: SoundValues, path: KeyPath): boolean {
  return values.keys(...path.slice(0, -1).map(String)).includes(String(path.at(-1)));
}

function useless(key: 'registry' | 'schemas', side: string) {
  return {
    message: `${key} says nothing: no record of ${side} is read by a schema.`,
    cure: `Leave ${key} out, or say format: avro, cloudevents or auto; of Avro keys alone, keyFormat: avro.`,
  };
}
