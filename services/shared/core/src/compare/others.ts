// The members of one object in the candidate's text, in the order they come there.
import type { Names } from './names.ts';
import type { Spot } from './spots.ts';
import { spaceEnd, valueEnd } from './two-texts.ts';
import type { Words } from './words.ts';

const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The candidate's members, as far as they were read. */
export class Others {
  /** Of the comma or bracket before the next name, or where the object closes. */
  at: number;
  isOpen = false;
  first: Spot | undefined;
  last: Spot | undefined;
  private readonly text: Words;

  /** `at`: of the object's opening bracket, where no member was `passed`, else of what follows the value passed last. */
  constructor(text: Words, at: number, passed: Spot | undefined) {
    this.text = text;
    this.at = at;
    this.last = passed;
  }

  /** Before anything is read; false where it is no object that goes on here. */
  begin(): boolean {
    if (this.last !== undefined) return this.pass();
    const { bytes } = this.text;
    const next = spaceEnd(bytes, this.at + 1);
    this.isOpen = bytes[next] !== CLOSE_OBJECT;
    if (!this.isOpen) this.at = next;
    return bytes[this.at] === (this.isOpen ? OPEN_OBJECT : CLOSE_OBJECT);
  }

  /** Takes note of where the candidate's next member stands; false where it is none, or stands there twice. */
  read(names: Names, spot: Spot, mark: number): boolean {
    const { last, text } = this;
    const member = names.after(
      text,
      this.at,
      spot,
      last === undefined ? spot.firstOther : last.nextOther,
      last === undefined,
    );
    if (member === undefined || member.metOther === mark) return false;
    member.metOther = mark;
    if (last === undefined) spot.firstOther = member;
    else last.nextOther = member;
    member.valueStart = spaceEnd(text.bytes, names.valueAt);
    member.valueEnd = valueEnd(text, member.valueStart);
    if (member.valueEnd < 0) return false;
    this.add(member);
    this.at = spaceEnd(text.bytes, member.valueEnd);
    return this.pass();
  }

  private add(member: Spot): void {
    member.chain = undefined;
    if (this.first === undefined) this.first = member;
    else if (this.last !== undefined) this.last.chain = member;
    this.last = member;
  }

  /** At what follows a value. */
  private pass(): boolean {
    const separator = this.text.bytes[this.at];
    this.isOpen = separator === COMMA;
    return this.isOpen || separator === CLOSE_OBJECT;
  }
}
