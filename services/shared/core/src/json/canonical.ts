// One text per JSON value: equal texts, equal values, as comparing sees them (spelling of numbers and strings, order of
// members and white space do not count). Without recursion: a document may be as deep as its budget.
import { canonicalNumber, numberText } from './numbers.ts';
import { stringOf } from './strings.ts';
import { ARRAY, FALSE, NULL, NUMBER, OBJECT, type Tape, TRUE } from './tape.ts';

/** No object in it may name a member twice. */
export function canonicalText(tape: Tape, node: number): string {
  const texts = new Map<number, string>();
  // In document order what a container holds comes after it: from the end it is there when it is needed.
  for (let at = (tape.next[node] as number) - 1; at >= node; at--) {
    const kind = tape.kind[at] as number;
    texts.set(at, kind < ARRAY ? scalar(tape, at) : kind === OBJECT ? object(tape, at, texts) : array(tape, at, texts));
  }
  return texts.get(node) as string;
}

function scalar(tape: Tape, node: number): string {
  switch (tape.kind[node]) {
    case NULL:
      return 'null';
    case FALSE:
      return 'false';
    case TRUE:
      return 'true';
    case NUMBER:
      return canonicalNumber(numberText(tape, node));
    default:
      return JSON.stringify(stringOf(tape, node));
  }
}

function object(tape: Tape, node: number, texts: Map<number, string>): string {
  const members: [name: string, value: string][] = [];
  for (let key = node + 1; key < (tape.next[node] as number); key = tape.next[key + 1] as number) {
    members.push([taken(texts, key), taken(texts, key + 1)]);
  }
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`;
}

function array(tape: Tape, node: number, texts: Map<number, string>): string {
  const elements: string[] = [];
  for (let at = node + 1; at < (tape.next[node] as number); at = tape.next[at] as number)
    elements.push(taken(texts, at));
  return `[${elements.join(',')}]`;
}

function taken(texts: Map<number, string>, node: number): string {
  const text = texts.get(node) as string;
  texts.delete(node);
  return text;
}
