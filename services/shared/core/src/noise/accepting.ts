// Writes accepted rules into the text of an experiment file: after the rules that are there, everything else as it stands.
import { Document, isCollection, isMap, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import { Fault } from '../fault.ts';
import type { WrittenRule } from '../inference/suggesting/proposals.ts';
import { printable } from '../inference/words.ts';

export interface AcceptedRule {
  readonly name: string;
  readonly rule: WrittenRule;
  /** Stands above it: what it was concluded from. */
  readonly comment: readonly string[];
}

/**
 * A sound file stays one: what was in it is there, value by value, in its order, with its comments.
 * @throws Fault `rules-not-written` where that cannot be had
 */
export function withRules(text: string, accepted: readonly AcceptedRule[]): string {
  if (accepted.length === 0) return text;
  const document = parseDocument(text);
  const root = document.contents;
  if (document.errors.length > 0 || !isMap(root)) throw notWritten('it is no YAML map');
  const rules = root.get('rules', true);
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  let written: string;
  if (root.flow === true) written = inFlow(document, accepted);
  else if (isSeq(rules) && rules.flow !== true && rules.items.length > 0) written = after(text, rules, accepted, end);
  else if (isSeq(rules) && rules.range) {
    const kept = rules.items.length === 0 ? [] : blockOf(rules);
    written = replaced(text, rules.range, [...kept, ...accepted.flatMap((one) => lines(one))], end);
  } else if (!root.has('rules')) {
    const block = ['rules:', ...accepted.flatMap((one) => lines(one)).map((line) => `  ${line}`)];
    written = `${text.replace(/\s*$/, '')}${end}${end}${block.join(end)}${end}`;
  } else throw notWritten('its `rules` is no list');
  check(document, written, accepted);
  return written;
}

/** As lines of a block list, without indentation. */
function lines({ name, rule, comment }: AcceptedRule): readonly string[] {
  const document = new Document({ name, ...rule });
  if (isMap(document.contents)) {
    for (const { value } of document.contents.items) if (isCollection(value)) value.flow = true;
  }
  const body = document.toString({ lineWidth: 0 }).trimEnd().split('\n');
  return [
    ...comment.map((line) => `# ${printable(line)}`),
    ...body.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`),
  ];
}

/** After the last element, whatever comment stands on its line. */
function after(text: string, rules: YAMLSeq, accepted: readonly AcceptedRule[], end: string): string {
  const [start = 0] = rules.range ?? [];
  const last = rules.items.at(-1);
  const range = typeof last === 'object' && last !== null && 'range' in last ? (last.range as readonly number[]) : [];
  const value = text.slice(0, range[1] ?? 0).trimEnd().length;
  const line = text.indexOf('\n', value);
  const at = line < 0 ? text.length : line + 1;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const block = accepted.flatMap((one) => lines(one)).map((each) => `${indent}${each}`);
  const head = line < 0 ? `${text}${end}` : text.slice(0, at);
  return `${head}${block.join(end)}${end}${text.slice(at)}`;
}

/** A list in brackets becomes one of lines: a comment above an element needs its own. */
function replaced(text: string, range: readonly number[], block: readonly string[], end: string): string {
  const [from = 0, to = 0] = range;
  const rest = text.slice(to);
  const tail = /^[ \t]*(#[^\r\n]*)?/.exec(rest)?.[0] ?? '';
  const head = text.slice(0, from).trimEnd();
  return `${head}${tail.trimEnd() === '' ? '' : ` ${tail.trim()}`}${end}${block.map((line) => `  ${line}`).join(end)}${rest.slice(tail.length)}`;
}

function blockOf(rules: YAMLSeq): readonly string[] {
  const copy = rules.clone() as YAMLSeq;
  copy.flow = false;
  const document = new Document();
  document.contents = copy as typeof document.contents;
  return document.toString({ lineWidth: 0 }).trimEnd().split('\n');
}

/** A file written as JSON, or in braces. */
function inFlow(document: ReturnType<typeof parseDocument>, accepted: readonly AcceptedRule[]): string {
  const added = accepted.map(({ name, rule }) => ({ name, ...rule }));
  const copy = document.clone();
  if (copy.has('rules')) for (const rule of added) copy.addIn(['rules'], rule);
  else copy.set('rules', added);
  return copy.toString({ lineWidth: 0 });
}

function check(before: ReturnType<typeof parseDocument>, written: string, accepted: readonly AcceptedRule[]): void {
  const now = parseDocument(written);
  const { rules = [], ...others } = before.toJS() as { rules?: readonly unknown[] };
  const wanted = { ...others, rules: [...(rules ?? []), ...accepted.map(({ name, rule }) => ({ name, ...rule }))] };
  const { rules: got, ...rest } = now.errors.length > 0 ? { rules: undefined } : (now.toJS() as { rules?: unknown });
  if (JSON.stringify({ ...rest, rules: got }) !== JSON.stringify(wanted)) {
    throw notWritten('the result would say something else');
  }
}

function notWritten(why: string): Fault {
  return new Fault(`The rules could not be written into the file: ${why}.`, {
    code: 'rules-not-written',
    cure: 'Nothing was changed. Copy the rules into the file by hand.',
  });
}
