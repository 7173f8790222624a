// An exact value written as JSON, spelt by chance.
import { NOISES, spell } from '../corpus/spelling.ts';
import type { Roll, Tree } from '../corpus/tree.ts';
import type { Value } from '../oracle/value.ts';

export function asJson(value: Value, roll: Roll): string {
  return spell(tree(value), NOISES, roll);
}

function tree(value: Value): Tree {
  switch (value.kind) {
    case 'literal':
      return value;
    case 'string':
      return { kind: 'string', value: value.text };
    case 'number': {
      const { negative, digits, power } = value.value;
      return {
        kind: 'number',
        text: digits === '' ? '0' : `${negative ? '-' : ''}${digits}${power === 0n ? '' : `e${power}`}`,
      };
    }
    case 'array':
      return { kind: 'array', items: value.items.map(tree) };
    case 'object':
      return { kind: 'object', members: [...value.members].map(([name, inner]) => [name, tree(inner)] as const) };
  }
}
