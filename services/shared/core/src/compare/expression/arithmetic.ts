// The operators and functions of expressions that calculate, by way of Calculation instead of the library's doubles.
import { isNode, type Node } from './allowed.ts';
import type { Calculation } from './calculation.ts';
import { Stopped } from './stopped.ts';

type Function = (...given: unknown[]) => unknown;

/** By operator: what it is called as. Names an expression cannot have. */
const OPERATORS: ReadonlyMap<unknown, string> = new Map([
  ['+', '__plus'],
  ['-', '__minus'],
  ['*', '__times'],
  ['/', '__over'],
  ['%', '__remainder'],
]);

/** Operators and functions that make something else of a number, so that what is written of it must be the number. */
const EXACTING_OPERATORS: ReadonlySet<unknown> = new Set(['=', '!=', '<', '<=', '>', '>=', 'in', '&', 'and', 'or']);
const EXACTING_FUNCTIONS: ReadonlySet<unknown> = new Set([
  ...['string', 'formatBase', 'substring', 'pad', 'sort', 'boolean', 'not', 'split', 'replace', 'max', 'min', 'assert'],
]);

/** Of those, the ones that take the number they stand behind where they are given nothing. */
const CONTEXTUAL: ReadonlySet<unknown> = new Set(['string', 'formatBase', 'boolean', 'not']);

/** Functions that ask another one, given last, whether a value is wanted: any number but 0 is a yes. */
const CHOOSING: ReadonlySet<unknown> = new Set(['filter', 'single', 'sift']);
/** What stands around the one they ask; a name no expression can have. */
const DECIDING = '__deciding';

/** By function that rounds: the one called where its argument is a calculation, which nothing else has. */
const ROUNDING: ReadonlyMap<unknown, string> = new Map([
  ['round', '__round'],
  ['floor', '__floor'],
  ['ceil', '__ceil'],
]);

/** Changes the nodes, so that functions are given by an argument all they take, and choices are made by exact numbers. */
export function giveArguments(nodes: readonly Node[]): void {
  const applied = new Set(nodes.map((node) => (node.type === 'apply' ? node.rhs : undefined)));
  for (const node of nodes) {
    const { type, procedure, position, arguments: given } = node;
    if (type !== 'function' || !isNode(procedure) || !Array.isArray(given)) continue;
    if (CONTEXTUAL.has(procedure.value) && given.length === 0 && !applied.has(node)) {
      Object.assign(node, { arguments: [{ type: 'variable', value: '', position }] });
    }
    if (CHOOSING.has(procedure.value) && given.length > 0) {
      const asked = { type: 'variable', value: DECIDING, position };
      const call = { type: 'function', value: '(', procedure: asked, arguments: given.slice(-1), position };
      Object.assign(node, { arguments: [...given.slice(0, -1), call] });
    }
  }
}

/** Changes the nodes: an operator becomes a call of the function that stands for it. */
export function callOperators(nodes: readonly Node[]): void {
  for (const { type, procedure, arguments: given } of nodes) {
    const name = type === 'function' && isNode(procedure) ? ROUNDING.get(procedure.value) : undefined;
    if (name === undefined || !Array.isArray(given) || !isCalculation(given[0])) continue;
    // Places that are calculated could make a number that is the same.
    if (given.length === 1 || (isNode(given[1]) && given[1].type === 'number'))
      Object.assign(procedure ?? {}, { value: name });
  }
  for (const node of nodes) {
    const name = node.type === 'binary' ? OPERATORS.get(node.value) : undefined;
    if (name === undefined) continue;
    const { lhs, rhs, position } = node;
    const procedure = { type: 'variable', value: name, position };
    Object.assign(node, { type: 'function', value: '(', procedure, arguments: [lhs, rhs] });
  }
}

function isCalculation(node: unknown): boolean {
  if (!isNode(node)) return false;
  if (node.type === 'binary') return OPERATORS.has(node.value);
  const within = node.type === 'block' && 'expressions' in node ? node.expressions : undefined;
  return Array.isArray(within) && within.length === 1 && isCalculation(within[0]);
}

/** Nodes whose numbers must not be rough. */
export function exactingNodes(nodes: readonly Node[]): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  for (const node of nodes) {
    if (node.type === 'binary' && EXACTING_OPERATORS.has(node.value))
      for (const side of [node.lhs, node.rhs]) found.add(side);
    if (node.type === 'condition' && 'condition' in node) found.add(node.condition);
    if (node.type === 'filter' && 'expr' in node) found.add(node.expr);
    if (node.type === 'apply' && isExacting(node.rhs)) found.add(node.lhs);
    if (isExacting(node) && Array.isArray(node.arguments)) for (const argument of node.arguments) found.add(argument);
  }
  return found;
}

function isExacting(node: unknown): boolean {
  return (
    isNode(node) && node.type === 'function' && isNode(node.procedure) && EXACTING_FUNCTIONS.has(node.procedure.value)
  );
}

/** With the signature the library checks arguments by; operators have none. */
type Calculating = readonly [name: string, run: Function, signature?: string];

export function arithmetic(by: Calculation): readonly Calculating[] {
  const operator =
    (run: (one: number, other: number) => number): Function =>
    (one, other) => {
      if (![one, other].every((given) => given === undefined || typeof given === 'number')) {
        throw new Stopped('transform-failed');
      }
      return typeof one === 'number' && typeof other === 'number' ? run(one, other) : undefined;
    };
  const ofOne =
    (run: (value: number, more: unknown) => number): Function =>
    (value, more) =>
      typeof value === 'number' ? run(value, more) : undefined;
  const ofMany =
    (run: (values: readonly number[]) => number | undefined): Function =>
    (values) =>
      Array.isArray(values) ? run(values) : undefined;
  const rounding = (prefix: string, isLast: boolean): readonly Calculating[] => [
    [
      `${prefix}round`,
      ofOne((value, places) => {
        // As last, places are written out: one that happens to be a rough number is none.
        if (!isLast) by.mustBeExact(places);
        return by.rounded(value, Math.trunc(Number(places ?? 0)), 'even', isLast);
      }),
      '<n-n?:n>',
    ],
    [`${prefix}floor`, ofOne((value) => by.rounded(value, 0, 'floor', isLast)), '<n-:n>'],
    [`${prefix}ceil`, ofOne((value) => by.rounded(value, 0, 'ceil', isLast)), '<n-:n>'],
  ];
  const total = (values: readonly number[]): number => values.reduce((sum, value) => by.plus(sum, value), 0);
  return [
    ['__plus', operator((one, other) => by.plus(one, other))],
    ['__minus', operator((one, other) => by.minus(one, other))],
    ['__times', operator((one, other) => by.times(one, other))],
    ['__over', operator((one, other) => by.over(one, other))],
    ['__remainder', operator((one, other) => by.remainder(one, other))],
    ['sum', ofMany(total), '<a<n>:n>'],
    [
      'average',
      ofMany((values) => (values.length === 0 ? undefined : by.over(total(values), values.length))),
      '<a<n>:n>',
    ],
    [DECIDING, (asked) => (typeof asked === 'function' ? deciding(by, asked) : asked)],
    ...rounding('', false),
    ...rounding('__', true),
    ['sqrt', ofOne((value) => by.root(value)), '<n-:n>'],
    ['power', ofOne((value, exponent) => by.power(value, Number(exponent))), '<n-n:n>'],
  ];
}

/** The same function; stops where it answers by a rough number. A generator, as the library's are. */
function deciding(by: Calculation, asked: object): Function {
  const ask = asked as (...given: unknown[]) => Generator<unknown, unknown>;
  const decide = function* (...given: unknown[]): Generator<unknown, unknown> {
    const answer = yield* ask(...given);
    by.mustBeExact(answer);
    return answer;
  };
  return Object.assign(decide, { arity: 'arity' in asked ? asked.arity : ask.length });
}
