// The YAML of an experiment file: one document of plain data, and where each part of it stands.
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
} from 'yaml';
import type { ExperimentFault } from './faults.ts';
import { DEEPEST, isTooDeep, tooDeepAt } from './yaml-depth.ts';
import { type YamlJson, yamlJson } from './yaml-json.ts';
import { sentence, shorten, yamlCure } from './yaml-words.ts';

/** Keys and places from the root to a value. */
export type KeyPath = readonly (string | number)[];

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlText {
  readonly data: unknown;
  /** Where the value at the path stands, else the nearest thing around it. */
  placeOf(path: KeyPath): Place;
  /** Where the key at the end of the path stands. */
  placeOfKey(path: KeyPath): Place;
  /** The value as it is written, on one line and abbreviated; undefined where nothing is. */
  written(path: KeyPath): string | undefined;
  /** The value as JSON text, numbers as written; the path must lead to one. */
  json(path: KeyPath): YamlJson;
}

export type ReadYaml =
  | { readonly kind: 'ok'; readonly yaml: YamlText }
  | { readonly kind: 'faults'; readonly faults: readonly ExperimentFault[] };

const LONGEST_FILE = 1_048_576;
const MOST_ALIASES = 100;
const EMPTY = 'The file is empty.';
const SMALLEST = 'The smallest one has three lines: experiment, legacy and candidate.';

export function readYaml(text: string, file: string): ReadYaml {
  const lines = new LineCounter();
  const fault = (message: string, offset: number, cure?: string): ExperimentFault => {
    const { line, col } = lines.linePos(offset);
    const place = { line: Math.max(1, line), column: Math.max(1, col) };
    return { code: 'yaml', file, ...place, key: '', message, ...(cure === undefined ? {} : { cure }) };
  };
  const refuse = (message: string, cure?: string): ReadYaml => ({ kind: 'faults', faults: [fault(message, 0, cure)] });
  if (text.length > LONGEST_FILE) {
    return refuse(
      `The file has ${text.length} characters.`,
      'An experiment file has at most 1,048,576; is this the right file?',
    );
  }
  if (text.includes('\0')) return refuse('The file is not text.', 'Give a YAML file in UTF-8.');
  const tooDeep = (offset: number): ReadYaml => ({
    kind: 'faults',
    faults: [
      {
        ...fault('This is nested too deep.', offset, 'No key needs that many lists and maps in one another.'),
        allowed: `at most ${DEEPEST} levels`,
      },
    ],
  });
  let document: Document.Parsed;
  let data: unknown;
  try {
    const tokens = [...new Parser(lines.addNewLine).parse(text)];
    const deep = tooDeepAt(tokens);
    if (deep !== undefined) return tooDeep(deep);
    const [first, second] = documentsOf(tokens, text, lines);
    if (first === undefined) return refuse(EMPTY, SMALLEST);
    document = first;
    const problems = [...document.errors, ...document.warnings];
    // What a tab breaks is a long list of what nobody wrote.
    const tab = problems.find(({ code }) => code === 'TAB_AS_INDENT');
    const faults = (tab === undefined ? problems : [tab]).map(({ code, message, pos: [at] }) =>
      fault(sentence(code, message, text.slice(at)), at, yamlCure(code)),
    );
    if (second !== undefined)
      faults.push(
        fault(
          'The file holds more than one YAML document.',
          second.range[0],
          'Put each experiment in a file of its own.',
        ),
      );
    if (faults.length > 0) return { kind: 'faults', faults };
    data = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    // Thrown for too many aliases and an alias without its anchor; aliases in one another can exhaust the stack.
    if (error instanceof RangeError) return tooDeep(0);
    const reason = error instanceof Error ? error.message : String(error);
    const [, alias] = /^Unresolved alias .*: (\S+)$/.exec(reason) ?? [];
    if (alias !== undefined) {
      const at = Math.max(0, text.indexOf(`*${alias}`));
      return { kind: 'faults', faults: [fault(`There is no anchor &${alias} above this.`, at, yamlCure('BAD_ALIAS'))] };
    }
    if (reason.startsWith('Excessive alias count')) {
      return refuse(
        'Aliases stand for too much.',
        'Write out what they stand for: no rule needs aliases in one another.',
      );
    }
    return refuse(`The file cannot be read as YAML: ${reason}.`);
  }
  if (isTooDeep(data)) return tooDeep(0);
  if (document.contents === null || data === null) return refuse(EMPTY, SMALLEST);
  return { kind: 'ok', yaml: places(text, document, data, lines) };
}

/** As `parseDocument` composes them; its tokens were looked at before, for composing takes stack for every level. */
function documentsOf(tokens: readonly CST.Token[], text: string, lineCounter: LineCounter): Document.Parsed[] {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    strict: true,
    stringKeys: true,
    prettyErrors: false,
    resolveKnownTags: false,
    lineCounter,
  });
  return [...composer.compose(tokens, true, text.length)];
}

function places(text: string, document: Document.Parsed, data: unknown, lines: LineCounter): YamlText {
  const placeAt = (offset: number | undefined): Place => {
    const { line, col } = lines.linePos(offset ?? 0);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const pairOf = (node: unknown, key: string | number): Pair | undefined =>
    isMap(node) ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key)) : undefined;
  const walk = (path: KeyPath): { node: unknown; nearest: number | undefined; whole: boolean } => {
    let node: unknown = document.contents;
    let nearest = startOf(node);
    for (const key of path) {
      const inside = resolve(node);
      const pair = pairOf(inside, key);
      const next = pair !== undefined ? pair.value : isSeq(inside) ? inside.items[Number(key)] : undefined;
      if (pair === undefined && next === undefined) return { node, nearest, whole: false };
      nearest = startOf(next) ?? startOf(pair?.key) ?? nearest;
      node = next;
    }
    return { node, nearest, whole: true };
  };
  return {
    data,
    placeOf: (path) => placeAt(walk(path).nearest),
    placeOfKey: (path) => {
      const parent = walk(path.slice(0, -1));
      const key = path.at(-1);
      const pair = key === undefined || !parent.whole ? undefined : pairOf(resolve(parent.node), key);
      return placeAt(startOf(pair?.key) ?? parent.nearest);
    },
    written: (path) => {
      const { node, whole } = walk(path);
      if (!whole) return undefined;
      const range = (node as Node | null)?.range;
      const source = range ? text.slice(range[0], range[1]).trim() : '';
      return source === '' ? 'nothing' : shorten(source);
    },
    json: (path) => yamlJson(walk(path).node, document),
  };
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
