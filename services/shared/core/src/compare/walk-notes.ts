// What a walk of two texts noted as different on its way, told as the full comparison would tell it.
//
// Only what is sure to come out the same is noted: values that surely differ, where no rule judges; in an array one element
// at most, for then the others are aligned with themselves. A walk that meets anything else gives up.
import { Tape } from '../json/tape.ts';
import { LONGEST, partingPlace, textOf, writtenText } from '../json/text.ts';
import type { Comparison, Difference } from '../outcome.ts';
import type { Findings } from './findings.ts';
import type { Frames } from './frames.ts';
import { Place } from './place.ts';
import { valueNode } from './scalars.ts';
import { kindOfChange, SHAPES, shapeAt, shapeOf } from './shapes.ts';
import type { Entry, Signatures } from './signatures.ts';
import type { Spot } from './spots.ts';

/** Of more differences the full comparison makes the list. */
const MOST_NOTES = 16;
/** Deeper arrays are aligned otherwise. */
const DEEPEST = 31;
const NOWHERE: readonly number[] = [];

/** Written anew on each walk: notes are many, and short of life. */
interface Note {
  spot: Spot;
  /** Which container it stands in, in the order of their opening. */
  container: number;
  /** Of the elements it stands in, from the outermost array on. */
  indexes: readonly number[];
  /** In the texts; -1 where a side has nothing. */
  legacyStart: number;
  legacyEnd: number;
  candidateStart: number;
  candidateEnd: number;
}

export class WalkNotes {
  /** Something was refused because another element of the same array differs. */
  isUnaligned = false;
  /** Those of the last walk, and behind them some of walks before. */
  private readonly notes: Note[] = [];
  private count = 0;
  private readonly entries: Entry[] = [];
  private readonly legacy = new Tape();
  private readonly candidate = new Tape();
  /** By depth: the array a difference was noted in, and the element it was noted in or below. */
  private readonly notedIn = new Int32Array(DEEPEST + 1);
  private readonly notedAt = new Int32Array(DEEPEST + 1);

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Whether something was noted on the walk of these two. */
  isOf(legacy: Uint8Array, candidate: Uint8Array): boolean {
    return this.count > 0 && this.legacy.bytes === legacy && this.candidate.bytes === candidate;
  }

  /** How many there are. */
  get size(): number {
    return this.count;
  }

  /** Before a walk. */
  begin(legacy: Uint8Array, candidate: Uint8Array): void {
    this.count = 0;
    this.isUnaligned = false;
    this.legacy.bytes = legacy;
    this.candidate.bytes = candidate;
  }

  clear(): void {
    this.count = 0;
    this.legacy.release();
    this.candidate.release();
  }

  /** Whether it could be noted: what stands at the spot, in the open containers, on either side; -1 where there is nothing. */
  add(
    spot: Spot,
    frames: Frames,
    legacyStart: number,
    legacyEnd: number,
    candidateStart: number,
    candidateEnd: number,
  ): boolean {
    const { notes } = this;
    const { depth, marks } = frames;
    if (spot.isJudged || depth > DEEPEST || this.count === MOST_NOTES) return false;
    const indexes = spot.path === undefined ? this.indexesIn(frames) : NOWHERE;
    if (indexes === undefined) return false;
    const note = notes[this.count];
    const container = marks[depth] as number;
    if (note === undefined) {
      notes.push({ spot, container, indexes, legacyStart, legacyEnd, candidateStart, candidateEnd });
    } else {
      note.spot = spot;
      note.container = container;
      note.indexes = indexes;
      note.legacyStart = legacyStart;
      note.legacyEnd = legacyEnd;
      note.candidateStart = candidateStart;
      note.candidateEnd = candidateEnd;
    }
    this.count++;
    return true;
  }

  /** Whether no rule judges where those noted since `from` stand, or above, up to a place they all stand in or at. */
  arePlain(from: number, place: Spot): boolean {
    for (let i = from; i < this.count; i++) {
      for (let at: Spot | undefined = (this.notes[i] as Note).spot; at !== undefined; at = at.up) {
        if (at.isJudged) return false;
        if (at === place) break;
      }
    }
    return true;
  }

  /** Forgets what was noted since there were `size`, in elements of the array at this depth. */
  takeBack(size: number, depth: number): void {
    this.count = size;
    this.forgetElement(depth);
  }

  /** Lets differences be noted in any element of the array at this depth. */
  forgetElement(depth: number): void {
    this.notedIn.fill(0, depth);
  }

  /** Of the open arrays; undefined where one is without order, or a difference was noted in another of its elements. */
  private indexesIn({ depth, indexes, marks, spots }: Frames): readonly number[] | undefined {
    const elements: number[] = [];
    for (let at = 1; at <= depth; at++) {
      const index = indexes[at] as number;
      if (index < 0) continue;
      if (spots[at]?.state.unordered !== undefined) return undefined;
      if (this.notedIn[at] === marks[at] && this.notedAt[at] !== index) {
        this.isUnaligned = true;
        return undefined;
      }
      elements.push(index);
    }
    for (let at = 1; at <= depth; at++) {
      this.notedIn[at] = marks[at] as number;
      this.notedAt[at] = indexes[at] as number;
    }
    return elements;
  }

  /** The outcome of a pair of which nothing else is compared and nothing is masked; at most `limit` are listed. */
  mismatch(signatures: Signatures, output: string, type: string, limit: number): Comparison {
    const { count, entries, legacy, candidate } = this;
    const notes = this.inOrder();
    const differences = new Array<Difference>(Math.min(count, limit));
    let kinds = 0;
    for (let i = 0; i < count; i++) {
      const note = notes[i] as Note;
      const { spot } = note;
      const one = shapeAt(legacy.bytes, note.legacyStart, note.legacyEnd);
      const other = shapeAt(candidate.bytes, note.candidateStart, note.candidateEnd);
      const kind = kindOfChange(one, other);
      const entry = spot.entry(one * SHAPES.length + other, kind, SHAPES[one] as string, SHAPES[other] as string);
      kinds = insert(entries, kinds, entry);
      if (i >= limit) continue;
      const path = spot.path ?? pathOf(spot, note.indexes);
      if (kind === 'removed') differences[i] = { path, kind, legacy: this.legacyText(note) };
      else if (kind === 'added') differences[i] = { path, kind, candidate: this.candidateText(note) };
      else differences[i] = { path, kind, legacy: this.legacyText(note), candidate: this.candidateText(note) };
    }
    const signature = signatures.of(entries, kinds, output, type);
    this.clear();
    return { kind: 'mismatch', differences, signature };
  }

  /** What was noted, in the order of the full comparison: container by container. */
  tell(findings: Findings): void {
    const { legacy, candidate } = this;
    for (const note of this.inOrder().slice(0, this.count)) {
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

  /** Stable; they mostly are. */
  private inOrder(): readonly Note[] {
    const { count, notes } = this;
    for (let i = 1; i < count; i++) {
      const note = notes[i] as Note;
      let at = i;
      for (; at > 0 && (notes[at - 1] as Note).container > note.container; at--) notes[at] = notes[at - 1] as Note;
      notes[at] = note;
    }
    return notes;
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

/** Keeps the first `count` ascending; how many they are then. */
function insert(entries: Entry[], count: number, entry: Entry): number {
  let at = count;
  while (at > 0 && (entries[at - 1] as Entry).id > entry.id) at--;
  if (at > 0 && entries[at - 1] === entry) return count;
  for (let i = count; i > at; i--) entries[i] = entries[i - 1] as Entry;
  entries[at] = entry;
  return count + 1;
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
