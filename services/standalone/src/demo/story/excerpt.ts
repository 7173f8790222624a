// Where two values part: an excerpt of both around the first place that differs, one below the other.
import { characterColumns, clip, columns } from './paint.ts';

export interface Excerpt {
  readonly legacy: string;
  readonly candidate: string;
  /** Blanks, then carets: what differs, as columns under both lines. */
  readonly marks: string;
}

/** What stands for a side that has no value. */
const NOTHING = '(nothing)';
/** Long values are kept abbreviated. */
const BEYOND = '(they part beyond what is kept of the value)';
/** How much of the common beginning is shown, at most, as a share of the width. */
const LEAD_SHARE = 0.4;

/**
 * Values are JSON texts as the differences hold them. Two strings are shown without their quotes and escapes, white
 * space and control characters made visible; anything else as it is. Each line takes at most `width` columns.
 */
export function excerpt(legacy: string | null, candidate: string | null, width: number): Excerpt {
  const strings = [legacy, candidate].every((value) => value === null || value.startsWith('"'));
  const left = visible(legacy, strings);
  const right = visible(candidate, strings);
  const same = commonPrefix(left, right);
  if (same === left.length && same === right.length) {
    const line = fit(left, width);
    return { legacy: line, candidate: line, marks: clip(BEYOND, width) };
  }
  const lead = beginning(left, same, Math.floor(width * LEAD_SHARE));
  const ends = commonSuffix(left, right, same);
  const legacyLine = lead + fit(left.slice(same), width - columns(lead));
  const candidateLine = lead + fit(right.slice(same), width - columns(lead));
  const differing = Math.max(
    columns(left.slice(same, left.length - ends).join('')),
    columns(right.slice(same, right.length - ends).join('')),
  );
  const at = columns(lead);
  const marks = ' '.repeat(at) + '^'.repeat(Math.max(1, Math.min(differing, width - at)));
  return { legacy: legacyLine, candidate: candidateLine, marks };
}

function visible(json: string | null, strings: boolean): string[] {
  if (json === null) return [...NOTHING];
  return [...(strings ? unquoted(json) : json)].map((character) => VISIBLE[character] ?? shown(character));
}

/** White space at the end of a line is what differs often enough. */
const VISIBLE: Readonly<Record<string, string>> = { '\n': '⏎', '\t': '→', '\r': '␍', '\u00a0': '␣' };

function shown(character: string): string {
  return /^\p{Cc}$/u.test(character) ? '�' : character;
}

/** A value cut by its writer may not be whole JSON any more: then it is shown as it stands. */
function unquoted(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    return json.slice(1);
  }
}

function commonPrefix(left: readonly string[], right: readonly string[]): number {
  let same = 0;
  while (same < left.length && same < right.length && left[same] === right[same]) same += 1;
  return same;
}

function commonSuffix(left: readonly string[], right: readonly string[], prefix: number): number {
  let same = 0;
  const most = Math.min(left.length, right.length) - prefix;
  while (same < most && left[left.length - 1 - same] === right[right.length - 1 - same]) same += 1;
  return same;
}

/** The last columns of the common beginning. */
function beginning(characters: readonly string[], end: number, width: number): string {
  let text = '';
  let used = 0;
  for (let index = end - 1; index >= 0; index -= 1) {
    const character = characters[index] ?? '';
    used += characterColumns(character);
    if (used > width - 1 && index > 0) return `…${text}`;
    text = character + text;
  }
  return text;
}

function fit(characters: readonly string[], width: number): string {
  let text = '';
  let used = 0;
  for (const [index, character] of characters.entries()) {
    used += characterColumns(character);
    if (used > width - (index < characters.length - 1 ? 1 : 0)) return `${text}…`;
    text += character;
  }
  return text;
}
