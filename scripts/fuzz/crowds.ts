// Arrays of many elements that are nearly the same, in another order on the other side: where pairing is hardest.
import { array, number, object, pick, type Roll, string, type Tree } from '../corpus/tree.ts';

/** Elements at most; beyond, trying all would take the oracle too long. */
const MOST = 12;
const STEPS = ['0', '0', '0', '0.25', '-0.25', '0.5', '-0.5', '1', '1e-999999'];
const CORNERS = ['1e999999', '1e-999999', '-0', '1.00000000000000000001', '9007199254740993', '1e400'];
const KINDS = ['numbers', 'things', 'points'] as const;

type Kind = (typeof KINDS)[number];

interface Element {
  readonly id: string;
  readonly quarters: number;
  readonly tax: string;
  readonly second: number;
  readonly sku: string;
}

/** Two documents, mostly the same up to order and a little in each number. */
export function crowds(roll: Roll): readonly [Tree, Tree] {
  const kind = pick(KINDS, roll);
  const place = pick(['near', 'lines', 'set'], roll);
  const elements = Array.from({ length: 1 + Math.floor(roll() * MOST) }, () => element(roll));
  const others = elements.map((one) => (roll() < 0.03 ? element(roll) : one)).sort(() => roll() - 0.5);
  if (roll() < 0.05) others.pop();
  const things = elements.slice(0, 3);
  const ref = `n${Math.floor(roll() * 3)}`;
  const of = (all: readonly Element[], isExact: boolean): Tree => {
    const to = roll() < 0.9 ? ref : pick(['n0', 'n1', 'n2', 'n3'], roll);
    return object({
      id: string('d'),
      [place]: array(...all.map((one) => treeOf(kind, one, roll, isExact))),
      things: array(...things.map((one, i) => thing(one, i, roll, isExact))),
      refs: array(object({ ref: string(to), price: off(things[0]?.quarters ?? 0, roll, isExact) })),
    });
  };
  return [of(elements, true), of(others, roll() < 0.1)];
}

function element(roll: Roll): Element {
  return {
    id: `n${Math.floor(roll() * 3)}`,
    quarters: Math.floor(roll() * 60) - 6,
    tax: pick(['1.24', '1.25', '1.26', '12.5', '0'], roll),
    second: Math.floor(roll() * 6),
    sku: pick(['a', 'a', 'a', 'b'], roll),
  };
}

/** They point at one another, now and then in a circle, and may share an id. */
function thing({ quarters }: Element, i: number, roll: Roll, isExact: boolean): Tree {
  const id = string(roll() < 0.95 ? `n${i}` : 'n1');
  return object({ id, price: off(quarters, roll, isExact), ref: string(`n${roll() < 0.95 ? i + 1 : 0}`) });
}

function treeOf(kind: Kind, { id, quarters, tax, second, sku }: Element, roll: Roll, isExact: boolean): Tree {
  if (roll() < 0.005) return number(pick(CORNERS, roll));
  if (kind === 'numbers') return off(quarters, roll, isExact);
  if (kind === 'points') return array(off(quarters, roll, isExact), number(tax), object({ price: number(quarters) }));
  const at = 1_800_000_000 + second;
  return object({
    id: string(id),
    price: off(quarters, roll, isExact),
    by: object({ sku: string(sku), tax: number(isExact || !tax.includes('.') ? tax : `${tax}1`) }),
    ts: isExact ? number(at) : string(new Date(at * 1_000 + 1_000).toISOString()),
    name: string(JSON.stringify([quarters / 4])),
  });
}

/** A number a little off. */
function off(quarters: number, roll: Roll, isExact: boolean): Tree {
  const step = isExact ? '0' : pick(STEPS, roll);
  if (step === '1e-999999') return number(quarters === 0 ? step : quarters / 4);
  return number(quarters / 4 + Number(step));
}
