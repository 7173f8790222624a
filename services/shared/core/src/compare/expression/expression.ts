// Expressions of the experiment file: JSONata, held to what is counted. No wall clock: the same document gives the same
// result, and the same limit, everywhere.
import jsonata from 'jsonata';
import { type ExpressionFault, isNode, type Node, nodesOf, refused } from './allowed.ts';
import { arithmetic, callOperators, exactingNodes, giveArguments } from './arithmetic.ts';
import { Calculation } from './calculation.ts';
import { LONGEST_TEXT, STRICT, STRICT_FUNCTIONS } from './functions.ts';
import { Stopped } from './stopped.ts';
import type { Value } from './values.ts';

const LONGEST_SOURCE = 4_096;
/** Work for all that is evaluated for one document; measured, all of it takes a third of a second. */
export const EXPRESSION_WORK = 600_000;
const EVALUATION = 20;
const STEP = 4;
/** Evaluations in one another. */
const DEEPEST = 200;

/** What may still be spent. */
export interface Workroom {
  work: number;
}

export interface Expression {
  readonly usesDocument: boolean;
  /** undefined: nothing. Throws Stopped. */
  evaluate(input: Value, document: () => Value, room: Workroom): unknown;
}

export type CompiledExpression =
  | { readonly kind: 'ok'; readonly expression: Expression }
  | { readonly kind: 'fault'; readonly fault: ExpressionFault };

export function compileExpression(source: string): CompiledExpression {
  if (source.trim() === '') return fault('it is empty', 'a JSONata expression, such as $round(total / 100, 2)');
  if (source.length > LONGEST_SOURCE) return fault(`it has ${source.length} characters`, `at most ${LONGEST_SOURCE}`);
  let compiled: jsonata.Expression;
  try {
    compiled = jsonata(source);
  } catch (error) {
    return fault(`it is no JSONata: ${complaint(error)}`);
  }
  const ast: unknown = compiled.ast();
  const wrong = refused(source, ast);
  if (wrong !== undefined) return { kind: 'fault', fault: wrong };
  for (const name of STRICT_FUNCTIONS) compiled.registerFunction(name, STRICT[name][1], STRICT[name][0]);
  const calculation = new Calculation();
  for (const [name, run, signature] of arithmetic(calculation)) compiled.registerFunction(name, run, signature);
  const nodes = nodesOf(ast);
  const usesDocument = nodes.some(({ type, value }) => type === 'variable' && value === 'document');
  giveArguments(nodes);
  const exacting = exactingNodes(nodes);
  callOperators(nodes);
  const held: Held = { ...weighedNodes(nodes), exacting, calculation };
  return {
    kind: 'ok',
    expression: {
      usesDocument,
      evaluate: (input, document, room) => evaluate(compiled, held, input, usesDocument ? document() : undefined, room),
    },
  };
}

function fault(what: string, allowed?: string): CompiledExpression {
  return { kind: 'fault', fault: { what, ...(allowed === undefined ? {} : { allowed }) } };
}

function complaint(error: unknown): string {
  if (error instanceof RangeError) return 'it is nested too deep';
  if (typeof error !== 'object' || error === null) return String(error);
  const message = 'message' in error ? String(error.message) : 'it cannot be read';
  return 'position' in error && typeof error.position === 'number'
    ? `${message} (before character ${error.position + 1})`
    : message;
}

/** Operands whose cost is their whole size; of those, operands of `&`, which writes numbers with 15 digits. */
interface Weighed {
  readonly whole: ReadonlySet<unknown>;
  readonly written: ReadonlySet<unknown>;
  /** Calls that may take what the place holds for an argument left out. */
  readonly contextual: ReadonlySet<unknown>;
}

interface Held extends Weighed {
  /** Nodes whose numbers must be exact. */
  readonly exacting: ReadonlySet<unknown>;
  readonly calculation: Calculation;
}

function weighedNodes(nodes: readonly Node[]): Weighed {
  const whole = new Set<unknown>();
  const written = new Set<unknown>();
  const contextual = new Set<unknown>();
  for (const node of nodes) {
    if (node.type === 'binary' || node.type === 'apply') {
      for (const operand of [node.lhs, node.rhs]) {
        whole.add(operand);
        if (node.value === '&') written.add(operand);
      }
    }
    if (node.type === 'function' && Array.isArray(node.arguments)) {
      for (const argument of node.arguments) whole.add(argument);
      if (node.arguments.length < 2) contextual.add(node);
    }
  }
  return { whole, written, contextual };
}

function evaluate(
  compiled: jsonata.Expression,
  held: Held,
  input: Value,
  document: Value | undefined,
  room: Workroom,
): unknown {
  const weights = new WeakMap<object, number>();
  let depth = 0;
  const spend = (amount: number): void => {
    room.work -= amount;
    if (room.work < 0) throw new Stopped('transform-limit');
  };
  const enter = (node: unknown, context: unknown): void => {
    // Every step passes through all evaluations around it.
    spend(STEP + (depth >> 2));
    if (++depth > DEEPEST) throw new Stopped('transform-limit');
    if (!isNode(node)) return;
    const isSearch = node.type === 'descendant' || (Array.isArray(context) && node.type !== 'path');
    if (isSearch || held.contextual.has(node)) spend(weigh(context, weights));
  };
  const leave = (node: unknown, _: unknown, __: unknown, result: unknown): void => {
    depth--;
    if (Array.isArray(result)) spend(result.length);
    if (held.whole.has(node)) spend(weigh(result, weights));
    checkScalars(result, held.written.has(node));
    if (held.exacting.has(node)) held.calculation.mustBeExact(result);
  };
  spend(EVALUATION);
  held.calculation.begin();
  try {
    const result: unknown = compiled.evaluate(input, {
      ...(document === undefined ? {} : { document }),
      __evaluate_entry: enter,
      __evaluate_exit: leave,
    });
    held.calculation.mustBeExact(result);
    return result;
  } catch (error) {
    if (error instanceof Stopped) throw error;
    // The stack, or a text longer than there can be: either way more than is allowed.
    throw new Stopped(error instanceof RangeError ? 'transform-limit' : 'transform-failed', { cause: error });
  }
}

/** `written`: it will be made a text. */
function checkScalars(result: unknown, written: boolean): void {
  if (typeof result === 'string') {
    if (result.length > LONGEST_TEXT) throw new Stopped('transform-limit');
  } else if (typeof result === 'number') {
    // Beyond, neighbours of an integer cannot be told from it.
    if (Math.abs(result) > Number.MAX_SAFE_INTEGER) throw new Stopped('transform-precision');
    if (written && Number(result.toPrecision(15)) !== result) throw new Stopped('transform-precision');
  } else if (written && typeof result === 'object' && result !== null) {
    for (const part of Object.values(result)) checkScalars(part, true);
  }
}

/** How many values it holds, shared ones each time they occur. */
function weigh(value: unknown, weights: WeakMap<object, number>): number {
  if (typeof value === 'string') return 1 + (value.length >> 4);
  // A function's own parts are no data.
  if (typeof value !== 'object' || value === null || '_jsonata_lambda' in value) return 1;
  let weight = weights.get(value);
  if (weight === undefined) {
    weight = 1;
    for (const part of Object.values(value)) weight += weigh(part, weights);
    weights.set(value, weight);
  }
  return weight;
}
