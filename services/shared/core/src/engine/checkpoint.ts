// A cut as text: what is committed beside each side's offset. Where it does not fit the commit's metadata, the text goes
// to the checkpoint topic in chunks and the metadata says where, how long, and with which digest.
import { Fault } from '../fault.ts';
import { MAX_COMMIT_METADATA } from '../ports/log.ts';
import type { LastRead, SideCut, SideLosses } from './config.ts';
import { digestBytes } from './digest.ts';
import { CLOSED_COLUMNS } from './ledger.ts';
import { NO_RUNS } from './offset-runs.ts';
import { decodeOffsets, decodeRuns, encodeOffsets, encodeRuns } from './offset-set.ts';
import { TAINTS, type TaintStates } from './taint.ts';
import { type Unread, UnreadOffsets } from './unread.ts';

/** Written into every checkpoint; a build that finds a higher one stops instead of guessing. */
const FORMAT = 1;
/** Bytes of one chunk in the checkpoint topic. */
export const CHUNK_BYTES = 512 * 1024;

/** Names the cut a side's commit belongs to: both sides of a partition must carry the same one. */
export interface CutId {
  readonly generation: number;
  readonly number: number;
}

export interface SavedSide extends CutId {
  readonly cut: SideCut;
}

interface Written {
  readonly v: number;
  readonly g: number;
  readonly n: number;
  readonly p: number;
  readonly l: readonly number[];
  readonly o: string;
  readonly u?: string;
  readonly s: readonly [headLost: 0 | 1, firstTime: number | null];
  readonly x?: readonly [began: number, events: number];
  /** Offsets counted as no-id, and as undecodable. */
  readonly i?: readonly number[];
  readonly d?: readonly number[];
  /** Lost offsets. */
  readonly z?: string;
  /** Skipped offsets. */
  readonly k?: string;
  /** Taints, in the order of TAINTS; null: none for this reason. */
  readonly t?: readonly (readonly [detected: number, below: number | null] | null)[];
  /** Of a shuffled side: the next offset of each source partition. */
  readonly q?: readonly number[];
  /** How far the log reached, where that is beyond the position. */
  readonly r?: number;
  /** The record read last. */
  readonly m?: readonly [offset: number, digest: string, epoch?: number];
}

/** Where a checkpoint lies that did not fit: `chunks` records from `offset` on in the checkpoint topic. */
interface Pointer {
  readonly v: number;
  readonly at: number;
  readonly chunks: number;
  readonly digest: string;
}

export function encodeSide(id: CutId, cut: SideCut): string {
  const written: Written = {
    v: FORMAT,
    g: id.generation,
    n: id.number,
    p: cut.position,
    l: cut.counts,
    o: toBase64(encodeOffsets(cut.open)),
    ...(cut.givenUp.size === 0 ? {} : { u: toBase64(encodeOffsets(cut.givenUp)) }),
    s: [cut.start.headLost ? 1 : 0, cut.start.firstTime ?? null],
    ...(cut.outage === undefined ? {} : { x: [cut.outage.began, cut.outage.events] }),
    ...(cut.losses === undefined ? {} : writeLosses(cut.losses)),
    ...(cut.unread === undefined ? {} : writeUnread(cut.unread)),
    ...(cut.sources === undefined ? {} : { q: cut.sources }),
    ...(cut.reached === undefined || cut.reached <= cut.position ? {} : { r: cut.reached }),
    ...(cut.last === undefined ? {} : { m: writeLast(cut.last) }),
  };
  return JSON.stringify(written);
}

/** Throws `bad-checkpoint` for a text no build of ours wrote, or a newer one did. */
export function decodeSide(text: string): SavedSide {
  const written = parse<Written>(text);
  if (!isSound(written)) throw bad(text);
  const open = decodeOffsets(fromBase64(written.o), written.p);
  const givenUp = decodeOffsets(fromBase64(written.u ?? ''), written.p);
  const lost = written.z === undefined ? undefined : decodeRuns(fromBase64(written.z), written.p);
  const unread = readUnread(written);
  if (unread === undefined) throw bad(text);
  const skipped = written.k === undefined ? NO_RUNS : decodeRuns(fromBase64(written.k), written.p);
  if (skipped === undefined) throw bad(text);
  if (open === undefined || givenUp === undefined || (written.z !== undefined && lost === undefined)) throw bad(text);
  return {
    generation: written.g,
    number: written.n,
    cut: {
      position: written.p,
      open,
      givenUp,
      counts: written.l,
      start: { headLost: written.s[0] === 1, firstTime: written.s[1] ?? undefined },
      outage: written.x === undefined ? undefined : { began: written.x[0], events: written.x[1] },
      ...(written.i === undefined && written.d === undefined ? {} : { unread }),
      ...(lost === undefined ? {} : { losses: { lost, taints: readTaints(written.t ?? []), skipped } }),
      ...(written.q === undefined ? {} : { sources: written.q }),
      ...(written.r === undefined ? {} : { reached: written.r }),
      ...(written.m === undefined ? {} : { last: readLast(written.m) }),
    },
  };
}

function writeLast({ offset, digest, epoch }: LastRead): NonNullable<Written['m']> {
  return epoch === undefined ? [offset, digest] : [offset, digest, epoch];
}

function readLast([offset, digest, epoch]: NonNullable<Written['m']>): LastRead {
  return { offset, digest, ...(epoch === undefined ? {} : { epoch }) };
}

function writeUnread(unread: Unread): Pick<Written, 'i' | 'd'> {
  const { 'no-id': none, undecodable } = unread;
  return {
    ...(none.size + none.forgottenBelow === 0 ? {} : { i: none.encode() }),
    ...(undecodable.size + undecodable.forgottenBelow === 0 ? {} : { d: undecodable.encode() }),
  };
}

function readUnread({ i = [], d = [], p }: Written): Unread | undefined {
  const none = Array.isArray(i) ? UnreadOffsets.decode(i, p) : undefined;
  const undecodable = Array.isArray(d) ? UnreadOffsets.decode(d, p) : undefined;
  return none === undefined || undecodable === undefined ? undefined : { 'no-id': none, undecodable };
}

function writeLosses({ lost, taints, skipped }: SideLosses): Pick<Written, 'z' | 't' | 'k'> {
  const written = TAINTS.map((reason) => {
    const taint = taints[reason];
    return taint === undefined ? null : ([taint.detected, taint.below ?? null] as const);
  });
  const doubted = skipped.length === 0 ? {} : { k: toBase64(encodeRuns(skipped)) };
  return { z: toBase64(encodeRuns(lost)), t: written, ...doubted };
}

function readTaints(written: NonNullable<Written['t']>): TaintStates {
  const known = TAINTS.flatMap((reason, i) => {
    const taint = written[i] ?? undefined;
    return taint === undefined ? [] : [[reason, { detected: taint[0], below: taint[1] ?? undefined }] as const];
  });
  return Object.fromEntries(known);
}

/** Whether this text fits a commit's metadata; otherwise its chunks must be written to the checkpoint topic first. */
export function fitsMetadata(text: string): boolean {
  return text.length <= MAX_COMMIT_METADATA;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function toChunks(text: string): readonly Uint8Array[] {
  const bytes = encoder.encode(text);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) chunks.push(bytes.slice(at, at + CHUNK_BYTES));
  return chunks;
}

export function pointerTo(text: string, at: number): string {
  const pointer: Pointer = {
    v: FORMAT,
    at,
    chunks: Math.ceil(encoder.encode(text).length / CHUNK_BYTES),
    digest: digestBytes(encoder.encode(text)),
  };
  return JSON.stringify(pointer);
}

/** The pointer in this metadata, or undefined when the checkpoint itself is there. */
export function readPointer(metadata: string): { at: number; chunks: number; digest: string } | undefined {
  const parsed = parse<Pointer & Written>(metadata);
  return parsed.at === undefined ? undefined : { at: parsed.at, chunks: parsed.chunks, digest: parsed.digest };
}

/** Puts chunks together again; throws when one is missing or changed. */
export function fromChunks(chunks: readonly Uint8Array[], digest: string): string {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (digestBytes(bytes) !== digest) throw bad('chunks in the checkpoint topic do not have the digest committed');
  return decoder.decode(bytes);
}

function parse<T extends { readonly v: number }>(text: string): T {
  let parsed: T;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw bad(text, cause);
  }
  if (typeof parsed !== 'object' || parsed === null || parsed.v !== FORMAT) throw bad(text);
  return parsed;
}

function isSound({ g, n, p, l, o, u, s, x, z, t, k, q, r, m }: Written): boolean {
  const counts = (list: unknown, length: number): boolean =>
    Array.isArray(list) && list.length <= length && list.every(Number.isSafeInteger);
  return (
    [g, n, p].every((one) => Number.isSafeInteger(one) && one >= 0) &&
    counts(l, CLOSED_COLUMNS.length) &&
    typeof o === 'string' &&
    (u === undefined || typeof u === 'string') &&
    Array.isArray(s) &&
    (s[1] === null || Number.isFinite(s[1])) &&
    (x === undefined || (Array.isArray(x) && x.length === 2 && x.every(Number.isFinite))) &&
    [z, k].every((one) => one === undefined || typeof one === 'string') &&
    (q === undefined || (Array.isArray(q) && q.every((one) => Number.isSafeInteger(one) && one >= 0))) &&
    (r === undefined || Number.isSafeInteger(r)) &&
    (m === undefined || isLast(m)) &&
    (t === undefined || (Array.isArray(t) && t.length <= TAINTS.length && t.every(isTaint)))
  );
}

function isLast(one: unknown): boolean {
  if (!Array.isArray(one) || !Number.isSafeInteger(one[0]) || typeof one[1] !== 'string') return false;
  return one[2] === undefined || Number.isSafeInteger(one[2]);
}

function isTaint(one: unknown): boolean {
  if (one === null) return true;
  const isOffset = (below: unknown) => below === null || (Number.isSafeInteger(below) && Number(below) >= 0);
  return Array.isArray(one) && one.length === 2 && Number.isFinite(one[0]) && isOffset(one[1]);
}

function bad(what: string, cause?: unknown): Fault {
  return new Fault(`The committed checkpoint cannot be read: ${what.slice(0, 200)}`, {
    code: 'bad-checkpoint',
    cause,
    cure: 'Start the build that wrote it, or delete the consumer group and begin anew with --from.',
  });
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw bad(text, cause);
  }
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
