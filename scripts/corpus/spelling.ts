// The ways to write a document that mean nothing: order of members, white space, escapes, spelling of numbers.
import type { Roll, Tree } from './tree.ts';

export type Noise = 'order' | 'space' | 'escapes' | 'numbers';
export const NOISES: readonly Noise[] = ['order', 'space', 'escapes', 'numbers'];

/** JSON text with these kinds of noise; without any, the plain text. */
export function spell(tree: Tree, noises: readonly Noise[], roll: Roll): string {
  const has = (noise: Noise): boolean => noises.includes(noise);
  const space = (): string =>
    has('space') && roll() < 0.3 ? ([' ', '\n', '\t', '  ', '\r\n'][Math.floor(roll() * 5)] ?? '') : '';
  const text = (value: string): string =>
    has('escapes') && roll() < 0.5 ? escaped(value, roll) : JSON.stringify(value);
  const write = (here: Tree): string => {
    switch (here.kind) {
      case 'literal':
        return here.text;
      case 'number':
        return has('numbers') && roll() < 0.5 ? respelt(here.text, roll) : here.text;
      case 'string':
        return text(here.value);
      case 'array':
        return `[${space()}${here.items.map((item) => write(item) + space()).join(`,${space()}`)}]`;
      case 'object': {
        const members = has('order') ? shuffled(here.members, roll) : here.members;
        return `{${space()}${members.map(([name, value]) => `${text(name)}${space()}:${space()}${write(value)}${space()}`).join(`,${space()}`)}}`;
      }
    }
  };
  return `${space()}${write(tree)}${space()}`;
}

export function shuffled<T>(list: readonly T[], roll: Roll): T[] {
  const rest = [...list];
  const mixed: T[] = [];
  while (rest.length > 0) mixed.push(...rest.splice(Math.floor(roll() * rest.length), 1));
  return mixed;
}

function escaped(value: string, roll: Roll): string {
  let text = '';
  for (let i = 0; i < value.length; i++) {
    const unit = value[i] ?? '';
    const hex = value.charCodeAt(i).toString(16).padStart(4, '0');
    if (unit === '/' && roll() < 0.5) text += '\\/';
    // Half of a surrogate pair cannot be written plainly beside an escaped one.
    else if (roll() < 0.5 || /[\ud800-\udfff]/.test(unit)) text += `\\u${roll() < 0.5 ? hex : hex.toUpperCase()}`;
    else text += JSON.stringify(unit).slice(1, -1);
  }
  return `"${text}"`;
}

function respelt(number: string, roll: Roll): string {
  if (Number(number) === 0 && !/[1-9]/.test(number))
    return ['0', '-0', '0.0', '-0e5', '0E-3'][Math.floor(roll() * 5)] ?? '0';
  if (/e/i.test(number)) return number.replace(/e\+?/i, roll() < 0.5 ? 'E' : 'e').replace(/([eE])(\d)/, '$1+$2');
  const [whole = '', fraction] = number.split('.');
  const way = roll();
  if (fraction !== undefined)
    return way < 0.5 ? `${number}00` : `${whole}${fraction}e-${fraction.length}`.replace(/^(-?)0+(?=\d)/, '$1');
  if (way < 0.4) return `${number}.0`;
  if (way < 0.7) return `${number}e0`;
  return /0$/.test(whole) ? `${whole.slice(0, -1)}E+1` : `${whole}0e-1`;
}
