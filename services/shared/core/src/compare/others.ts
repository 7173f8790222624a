// The members of one object in the candidate's text, in the order they come there.
import type { Names } from './names.ts';
import type { Spot } from './spots.ts';
import { spaceEnd, valueEnd } from './two-texts.ts';

const COMMA = 0x2c;
const CLOSE_OBJECT = 0x7d;

/** The candidate's members, as far as they were read. */
export class Others {
  readonly bytes: Uint8Array;
  /** The next name, or where the object closes. */
  at: number;
  isOpen = true;
  first: Spot | undefined;
  last: Spot | undefined;

  constructor(bytes: Uint8Array, at: number, last: Spot | undefined) {
    this.bytes = bytes;
    this.at = at;
    this.last = last;
  }

  private add(member: Spot): void {
    member.chain = undefined;
    if (this.first === undefined) this.first = member;
    else if (this.last !== undefined) this.last.chain = member;
    this.last = member;
  }

  /** Passes what follows a value. */
  pass(): boolean {
    const separator = this.bytes[this.at];
    this.isOpen = separator === COMMA;
    if (this.isOpen) this.at = spaceEnd(this.bytes, this.at + 1);
    return this.isOpen || separator === CLOSE_OBJECT;
  }

  /** Takes note of where the candidate's next member stands; false where it is none, or stands there twice. */
  read(names: Names, spot: Spot, mark: number): boolean {
    const { bytes, last } = this;
    const member = names.at(bytes, this.at, spot, last === undefined ? spot.firstOther : last.nextOther);
    if (member === undefined || member.metOther === mark) return false;
    member.metOther = mark;
    if (last === undefined) spot.firstOther = member;
    else last.nextOther = member;
    member.valueStart = spaceEnd(bytes, names.valueAt);
    member.valueEnd = valueEnd(bytes, member.valueStart);
    if (member.valueEnd < 0) return false;
    this.add(member);
    this.at = spaceEnd(bytes, member.valueEnd);
    return this.pass();
  }
}
