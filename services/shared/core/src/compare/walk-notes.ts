// What a walk of two texts noted as different on its way, told as the full comparison would tell it.
//
// Only what is sure to come out the same is noted: values that surely differ, where no rule judges; in an array one element
// at most, for then the others are aligned with themselves. A walk that meets anything else gives up.
import { Tape } from '../json/tape.ts';
import { LONGEST, partingPlace, textOf, writtenText } from '../json/text.ts';
import type { Comparison, Difference } from '../outcome.ts';
import type { Findings } from './findings.ts';
import { Place } from './place.ts';
import type { RuleState } from './rule-states.ts';
import { valueNode } from './scalars.ts';
import { kindOfChange, SHAPES, shapeAt, shapeOf } from './shapes.ts';
import type { Entry, Signatures } from './signatures.ts';
import type { Spot } from './spots.ts';

/** Of more differences the full comparison makes the list. */
const MOST_NOTES = 16;
/** Deeper arrays are aligned otherwise. */
const DEEPEST = 31;
const NOWHERE: readonly number[] = [];

interface Note {
  readonly spot: Spot;
  /** Which container it stands in, in the order of their opening. */
  readonly container: number;
  /** Of the elements it stands in, from the outermost array on. */
  readonly indexes: readonly number[];
  /** In the texts; -1 where a side has nothing. */
  readonly legacyStart: number;
  readonly legacyEnd: number;
  readonly candidateStart: number;
  readonly candidateEnd: number;
}

export class WalkNotes {
  private readonly notes: Note[] = [];
  private readonly legacy = new Tape();
  private readonly candidate = new Tape();
  /** Arrays open. */
  private arrays = 0;
  /** Of those, arrays without order. */
  private unordered = 0;
  /** By depth of arrays: which container it is, and which element is walked. */
  private readonly containers = new Int32Array(DEEPEST + 1);
  private readonly indexes = new Int32Array(DEEPEST + 1);
  private readonly orderless = new Uint8Array(DEEPEST + 1);
  /** The array a difference was noted in, and the element it was noted in or below. */
  private readonly notedIn = new Int32Array(DEEPEST + 1);
  private readonly notedAt = new Int32Array(DEEPEST + 1);

  get isEmpty(): boolean {
    return this.notes.length === 0;
  }

  /** Whether something was noted on the walk of these two. */
  isOf(legacy: Uint8Array, candidate: Uint8Array): boolean {
    return this.notes.length > 0 && this.legacy.bytes === legacy && this.candidate.bytes === candidate;
  }

  /** Before a walk. */
  begin(legacy: Uint8Array, candidate: Uint8Array): void {
    if (this.notes.length > 0) this.notes.length = 0;
    this.arrays = 0;
    this.unordered = 0;
    this.legacy.bytes = legacy;
    this.candidate.bytes = candidate;
  }

  clear(): void {
    if (this.notes.length > 0) this.notes.length = 0;
    this.legacy.release();
    this.candidate.release();
  }

  openArray(container: number, { unordered }: RuleState): void {
    const depth = ++this.arrays;
    if (depth > DEEPEST) return;
    this.containers[depth] = container;
    this.indexes[depth] = 0;
    this.orderless[depth] = unordered === undefined ? 0 : 1;
    if (unordered !== undefined) this.unordered++;
  }

  atElement(index: number): void {
    if (this.arrays <= DEEPEST) this.indexes[this.arrays] = index;
  }

  closeArray(): void {
    const depth = this.arrays--;
    if (depth <= DEEPEST && this.orderless[depth] === 1) this.unordered--;
  }

  /** Whether it could be noted: what stands at the spot, inside a container, on either side; -1 where there is nothing. */
  add(
    spot: Spot,
    container: number,
    legacyStart: number,
    legacyEnd: number,
    candidateStart: number,
    candidateEnd: number,
  ): boolean {
    const { arrays, notes } = this;
    if (spot.isJudged || this.unordered > 0 || arrays > DEEPEST || notes.length === MOST_NOTES) return false;
    for (let depth = 1; depth <= arrays; depth++) {
      const isSame = this.notedIn[depth] === this.containers[depth];
      if (notes.length > 0 && isSame && this.notedAt[depth] !== this.indexes[depth]) return false;
    }
    for (let depth = 1; depth <= arrays; depth++) {
      this.notedIn[depth] = this.containers[depth] as number;
      this.notedAt[depth] = this.indexes[depth] as number;
    }
    const indexes = arrays === 0 ? NOWHERE : [...this.indexes.subarray(1, arrays + 1)];
    notes.push({ spot, container, indexes, legacyStart, legacyEnd, candidateStart, candidateEnd });
    return true;
  }

  /** The outcome of a pair of which nothing else is compared and nothing is masked; at most `limit` are listed. */
  mismatch(signatures: Signatures, output: string, type: string, limit: number): Comparison {
    const { notes, legacy, candidate } = this;
    inOrder(notes);
    const differences: Difference[] = [];
    const entries: Entry[] = [];
    for (const note of notes) {
      const { spot } = note;
      const one = shapeAt(legacy.bytes, note.legacyStart, note.legacyEnd);
      const other = shapeAt(candidate.bytes, note.candidateStart, note.candidateEnd);
      const kind = kindOfChange(one, other);
      insert(entries, spot.entry(one * SHAPES.length + other, kind, SHAPES[one] as string, SHAPES[other] as string));
      if (differences.length >= limit) continue;
      const path = spot.path ?? pathOf(spot, note.indexes);
      if (kind === 'removed') differences.push({ path, kind, legacy: this.legacyText(note) });
      else if (kind === 'added') differences.push({ path, kind, candidate: this.candidateText(note) });
      else differences.push({ path, kind, legacy: this.legacyText(note), candidate: this.candidateText(note) });
    }
    const signature = signatures.of(entries, output, type);
    this.clear();
    return { kind: 'mismatch', differences, signature };
  }

  /** What was noted, in the order of the full comparison: container by container. */
  tell(findings: Findings): void {
    const { notes, legacy, candidate } = this;
    inOrder(notes);
    for (const note of notes) {
      const { spot, indexes } = note;
      const [one, other] = this.nodes(note);
      const kind = kindOfChange(shapeOf(legacy, one), shapeOf(candidate, other));
      const up = spot.up === undefined ? undefined : placeOf(spot.up, spot.isElement ? indexes.slice(0, -1) : indexes);
      const keys = spot.up === undefined || spot.isElement ? undefined : spot.nameTape();
      const at = spot.isElement ? (indexes.at(-1) ?? 0) : 0;
      findings.add({ kind, up, keys, at, legacy: one, candidate: other }, legacy, candidate);
    }
    this.clear();
  }

  private legacyText(note: Note): string {
    const { bytes } = this.legacy;
    if (note.legacyEnd - note.legacyStart <= LONGEST) return writtenText(bytes, note.legacyStart, note.legacyEnd);
    return this.long(note)[0];
  }

  private candidateText(note: Note): string {
    const { bytes } = this.candidate;
    const { candidateStart, candidateEnd } = note;
    return candidateEnd - candidateStart <= LONGEST
      ? writtenText(bytes, candidateStart, candidateEnd)
      : this.long(note)[1];
  }

  /** Of long values a part, where they differ; '' where there is none. */
  private long(note: Note): readonly [legacy: string, candidate: string] {
    const { legacy, candidate } = this;
    const [one, other] = this.nodes(note);
    const parts = one < 0 || other < 0 ? 0 : partingPlace(legacy, one, candidate, other);
    return [one < 0 ? '' : textOf(legacy, one, parts), other < 0 ? '' : textOf(candidate, other, parts)];
  }

  /** Both values as the only nodes of the tapes; -1 where there is none. */
  private nodes({ legacyStart, legacyEnd, candidateStart, candidateEnd }: Note): readonly [number, number] {
    const { legacy, candidate } = this;
    legacy.length = candidate.length = 0;
    return [
      legacyStart < 0 ? -1 : valueNode(legacy, legacyStart, legacyEnd),
      candidateStart < 0 ? -1 : valueNode(candidate, candidateStart, candidateEnd),
    ];
  }
}

/** Stable; they mostly are. */
function inOrder(notes: Note[]): void {
  for (let i = 1; i < notes.length; i++) {
    if ((notes[i - 1] as Note).container <= (notes[i] as Note).container) continue;
    notes.sort((one, other) => one.container - other.container);
    return;
  }
}

/** Keeps them ascending. */
function insert(entries: Entry[], entry: Entry): void {
  let at = entries.length;
  while (at > 0 && (entries[at - 1] as Entry).id > entry.id) at--;
  if (at > 0 && entries[at - 1] === entry) return;
  if (at === entries.length) entries.push(entry);
  else entries.splice(at, 0, entry);
}

function pathOf(spot: Spot, indexes: readonly number[]): string {
  let path = '';
  let depth = indexes.length;
  for (let at: Spot = spot; at.up !== undefined; at = at.up)
    path = (at.isElement ? `/${indexes[--depth]}` : at.step) + path;
  return path;
}

function placeOf(spot: Spot, indexes: readonly number[]): Place {
  const way: Spot[] = [];
  for (let at: Spot | undefined = spot; at !== undefined; at = at.up) way.push(at);
  let place: Place | undefined;
  let depth = 0;
  for (const at of way.reverse()) {
    const keys = at.up === undefined || at.isElement ? undefined : at.nameTape();
    place = new Place(place, keys, at.isElement ? (indexes[depth++] as number) : 0, 0, 0, at.state);
  }
  return place as Place;
}
