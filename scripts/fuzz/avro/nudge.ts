// A value that is another one in a single place, by little: what rules are for.
import { pick, type Roll } from '../../corpus/tree.ts';
import type { Datum, Shape } from './shape.ts';

const SMALL = 2n ** 30n;
const HALF = 0.5;

/** Of the same shape. The same value where there is nothing to be changed, or chance says so. */
export function nudged(of: Shape, datum: Datum, roll: Roll): Datum {
  switch (of.t) {
    case 'int':
    case 'long': {
      const value = datum as bigint;
      return value > -SMALL && value < SMALL ? value + (roll() < HALF ? 1n : -1n) : value;
    }
    case 'float':
      return Math.fround((datum as number) + HALF);
    case 'double':
      return (datum as number) + HALF;
    case 'string':
      return pick([(datum as string).toUpperCase(), `${datum as string} `, ''], roll);
    case 'array': {
      const items = [...(datum as readonly Datum[])];
      if (items.length === 0) return items;
      if (roll() < HALF) return items.toReversed();
      const at = Math.floor(roll() * items.length);
      return items.with(at, nudged(of.items, items[at] as Datum, roll));
    }
    case 'map': {
      const held = datum as ReadonlyMap<string, Datum>;
      return inMember(held, [...held.keys()], () => of.values, roll);
    }
    case 'record': {
      const shapes = new Map(of.fields);
      return inMember(datum as ReadonlyMap<string, Datum>, [...shapes.keys()], (name) => shapes.get(name), roll);
    }
    case 'union': {
      const { branch, of: inner } = datum as { readonly branch: number; readonly of: Datum };
      return { branch, of: nudged(of.branches[branch] as Shape, inner, roll) };
    }
    default:
      return datum;
  }
}

function inMember(
  held: ReadonlyMap<string, Datum>,
  names: readonly string[],
  shapeOf: (name: string) => Shape | undefined,
  roll: Roll,
): Datum {
  if (names.length === 0) return held;
  const name = pick(names, roll);
  const [shape, value] = [shapeOf(name), held.get(name)];
  return shape === undefined || value === undefined ? held : new Map([...held, [name, nudged(shape, value, roll)]]);
}
