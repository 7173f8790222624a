// Which expressions are accepted: JSONata without what could reach outside, change with time, or cost more than is counted.
import { suggest } from '../../experiment/suggest.ts';
import { canonicalNumber } from '../../json/numbers.ts';
import { STRICT_FUNCTIONS } from './functions.ts';

/** What is wrong with an expression. */
export interface ExpressionFault {
  readonly what: string;
  readonly allowed?: string;
  readonly cure?: string;
}

/** The library's functions that may be called. Those of {@link STRICT_FUNCTIONS} are replaced by ours. */
export const FUNCTIONS: readonly string[] = [
  ...['sum', 'count', 'max', 'min', 'average', 'floor', 'ceil', 'round', 'abs', 'sqrt', 'power', 'formatBase'],
  ...['substring', 'substringBefore', 'substringAfter', 'lowercase', 'uppercase', 'length', 'trim', 'contains'],
  ...['replace', 'split', 'join', 'boolean', 'not', 'exists', 'type', 'map', 'filter', 'reduce', 'single', 'zip'],
  ...['append', 'reverse', 'keys', 'lookup', 'spread', 'merge', 'sift', 'each', 'error', 'assert'],
  ...STRICT_FUNCTIONS,
];
const CALLABLE: ReadonlySet<string> = new Set(FUNCTIONS);
/** `$` is what the place holds, `$$` too, wherever in the expression; `$document` the whole document of that side. */
const GIVEN: ReadonlySet<string> = new Set(['', '$', 'document']);

const OPERATORS: ReadonlySet<string> = new Set([
  ...['+', '-', '*', '/', '%', '=', '!=', '<', '<=', '>', '>=', '&', 'and', 'or', 'in'],
]);
const TYPES: ReadonlySet<string> = new Set([
  ...[
    'path',
    'name',
    'string',
    'number',
    'value',
    'wildcard',
    'descendant',
    'variable',
    'unary',
    'binary',
    'condition',
  ],
  ...['block', 'bind', 'function', 'lambda', 'apply', 'filter'],
]);

const REFUSED: Readonly<Record<string, ExpressionFault>> = {
  regex: {
    what: 'a regular expression',
    cure: 'Use $contains, $split or $replace with texts, or a `text` rule with `matching`.',
  },
  transform: { what: 'the operator | … |', cure: 'Build the object with { } instead.' },
  partial: { what: 'a partial application', cure: 'Write function($x){ … } instead.' },
  sort: { what: 'the operator ^', cure: 'Use $sort with function($a, $b){ … }.' },
  parent: { what: 'the operator %', cure: 'Begin at $document, or bind a variable before going down.' },
  index: { what: 'the operator #', cure: 'Use $map with function($value, $index){ … }.' },
};

const TIMES = 'An expression knows no clock and no dates: compare instants by a `time` rule.';
const CHANCE = 'An expression must give the same each time.';

/** For functions of the language that are refused on purpose. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['now', TIMES],
  ['millis', TIMES],
  ['toMillis', TIMES],
  ['fromMillis', TIMES],
  ['random', CHANCE],
  ['shuffle', CHANCE],
  ['eval', 'Write the expression itself.'],
  ['match', 'Use a `text` rule with `matching`, or $contains with a text.'],
]);

export interface Node {
  readonly lhs?: unknown;
  readonly rhs?: unknown;
  readonly arguments?: unknown;
  readonly procedure?: unknown;
  readonly signature?: unknown;
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
}

/** The nodes of a syntax tree, parents first. */
export function nodesOf(root: unknown): readonly Node[] {
  const nodes: Node[] = [];
  const seen = new Set<unknown>();
  const pending: unknown[] = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isNode(value)) nodes.push(value);
    pending.push(...Object.values(value).filter((child) => child !== undefined));
  }
  return nodes;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The first thing that is not accepted. */
export function refused(source: string, root: unknown): ExpressionFault | undefined {
  const nodes = nodesOf(root);
  const names = new Set(GIVEN);
  const called = new Set<unknown>();
  for (const node of nodes) {
    if (node.type === 'bind') names.add(nameOf(node.lhs));
    if (node.type === 'lambda') for (const argument of listOf(node.arguments)) names.add(nameOf(argument));
    if (node.type === 'function') called.add(node.procedure);
  }
  for (const node of nodes) {
    const fault = refusedNode(node, source, names, called.has(node));
    if (fault !== undefined) {
      const at = typeof node.position === 'number' ? ` (before character ${node.position + 1})` : '';
      return { ...fault, what: `it uses ${fault.what}${at}; that is not allowed` };
    }
  }
  return undefined;
}

function refusedNode(
  node: Node,
  source: string,
  names: ReadonlySet<string>,
  isCalled: boolean,
): ExpressionFault | undefined {
  if (!TYPES.has(node.type)) return REFUSED[node.type] ?? { what: `something of the kind ${node.type}` };
  if ('focus' in node) return { what: 'the operator @', cure: 'Use $map with function($value){ … }.' };
  if ('index' in node) return REFUSED.index;
  if (node.type === 'binary' && !OPERATORS.has(String(node.value))) {
    return { what: `the operator ${String(node.value)}`, allowed: [...OPERATORS].join(' ') };
  }
  if (node.type === 'lambda' && node.signature !== undefined) return { what: 'the signature of a function' };
  if (node.type === 'number') return inexact(node, source);
  if (node.type === 'function' && !['variable', 'lambda'].includes(typeOf(node.procedure))) {
    return { what: 'a call of something without a name', cure: 'Functions begin with $, as in $round(total, 2).' };
  }
  if (node.type !== 'variable') return undefined;
  return refusedVariable(String(node.value), names, isCalled);
}

function refusedVariable(name: string, names: ReadonlySet<string>, isCalled: boolean): ExpressionFault | undefined {
  // Names by which the library finds its hooks, and ours what is counted.
  if (name.startsWith('__')) return { what: `the variable $${name}` };
  if (CALLABLE.has(name)) {
    if (names.has(name))
      return { what: `$${name} as the name of a variable`, cure: 'It is a function; take another name.' };
    if (isCalled) return undefined;
    return { what: `$${name} as a value`, cure: `Write function($x){ $${name}($x) }.` };
  }
  if (names.has(name)) return undefined;
  const near = isCalled ? suggest(name, FUNCTIONS) : undefined;
  const cure = INSTEAD.get(name) ?? (near === undefined ? undefined : `Did you mean $${near}?`);
  return {
    ...(cure === undefined ? {} : { cure }),
    what: isCalled ? `the function $${name}` : `the unknown variable $${name}`,
    allowed: isCalled ? FUNCTIONS.map((one) => `$${one}`).join(', ') : '$, $$, $document, and what is bound with :=',
  };
}

/** A number written so that a double cannot hold it. */
function inexact(node: Node, source: string): ExpressionFault | undefined {
  const [text] = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/.exec(source.slice(0, node.position)) ?? [];
  const held = Math.abs(Number(node.value));
  if (
    text !== undefined &&
    held <= Number.MAX_SAFE_INTEGER &&
    canonicalNumber(String(held)) === canonicalNumber(text)
  ) {
    return undefined;
  }
  return { what: `the number ${text ?? held}, which a double does not hold exactly` };
}

function nameOf(node: unknown): string {
  return isNode(node) ? String(node.value) : '';
}

function typeOf(node: unknown): string {
  return isNode(node) ? node.type : '';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
