// Pages of numbers: so many in memory, those used longest ago in a file that has no name.
//
// For tables that grow with the archive while the memory of a replay must not. The file is removed as soon as it is open,
// so that nothing is left of a process that is killed; its room is given back when the pages are no longer used. Reads and
// writes are synchronous: a page is 3 KB, mostly in the system's cache, and whoever looks something up cannot wait.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@parallax/core';

/** Numbers of 32 bits in a page. */
export const PAGE_WORDS = 768;
const PAGE_BYTES = PAGE_WORDS * 4;
/** In the file: so that a page of ours is within one of the system's. */
const STRIDE_BYTES = 4096;
const NOWHERE = -1;
const FIRST_PAGES = 16;

type Move = (file: number, words: Uint32Array, from: number, bytes: number, at: number) => number;

/** Files whose pages nobody can reach any more. */
const UNREACHABLE = new FinalizationRegistry<number>((file) => closeSync(file));

export class Pages {
  readonly #most: number;
  readonly #folder: string;
  readonly #frames: Uint32Array[] = [];
  /** Of each frame: its page, whether it was used since it was last passed over, whether the file has something older. */
  readonly #pageOf: number[] = [];
  readonly #isUsed: boolean[] = [];
  readonly #isChanged: boolean[] = [];
  readonly #free: number[] = [];
  /** Of each page: its frame, and whether it is in the file. */
  #frameOf = new Int32Array(FIRST_PAGES).fill(NOWHERE);
  #isFiled = new Uint8Array(FIRST_PAGES);
  #hand = 0;
  #file: number | undefined;

  /** @param most pages in memory @param folder where the file is made once there are more; default: the system's, TMPDIR */
  constructor(most: number, folder = tmpdir()) {
    this.#most = Math.max(2, most);
    this.#folder = folder;
  }

  /** To be read until the next page is asked for. Zeros where nothing was written. @throws Fault `replay-space` */
  read(page: number): Uint32Array {
    const frame = page < this.#frameOf.length ? (this.#frameOf[page] as number) : NOWHERE;
    if (frame === NOWHERE) return this.#load(page);
    this.#isUsed[frame] = true;
    return this.#frames[frame] as Uint32Array;
  }

  /** To be written, too. @throws Fault `replay-space` */
  write(page: number): Uint32Array {
    const words = this.read(page);
    this.#isChanged[this.#frameOf[page] as number] = true;
    return words;
  }

  /** What is on the page is not needed any more. */
  drop(page: number): void {
    const frame = this.#frameOf[page] ?? NOWHERE;
    if (page < this.#isFiled.length) this.#isFiled[page] = 0;
    if (frame === NOWHERE) return;
    this.#frameOf[page] = NOWHERE;
    this.#pageOf[frame] = NOWHERE;
    this.#isChanged[frame] = false;
    this.#free.push(frame);
  }

  #load(page: number): Uint32Array {
    if (page >= this.#frameOf.length) this.#reach(page);
    const frame = this.#take();
    const words = this.#frames[frame] as Uint32Array;
    if (this.#isFiled[page] === 1) this.#transfer(readSync, words, page);
    else words.fill(0);
    this.#frameOf[page] = frame;
    this.#pageOf[frame] = page;
    this.#isUsed[frame] = true;
    this.#isChanged[frame] = false;
    return words;
  }

  /** A frame without a page: a new one while there may be more, then that of a page not used lately. */
  #take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#frames.length < this.#most) return this.#frames.push(new Uint32Array(PAGE_WORDS)) - 1;
    while (this.#isUsed[this.#hand] === true) {
      this.#isUsed[this.#hand] = false;
      this.#hand = (this.#hand + 1) % this.#frames.length;
    }
    const frame = this.#hand;
    const page = this.#pageOf[frame] as number;
    if (this.#isChanged[frame] === true) {
      this.#transfer(writeSync, this.#frames[frame] as Uint32Array, page);
      this.#isFiled[page] = 1;
    }
    this.#frameOf[page] = NOWHERE;
    this.#hand = (frame + 1) % this.#frames.length;
    return frame;
  }

  #reach(page: number): void {
    const length = Math.max(page + 1, this.#frameOf.length * 2);
    const [frameOf, isFiled] = [this.#frameOf, this.#isFiled];
    this.#frameOf = new Int32Array(length).fill(NOWHERE);
    this.#frameOf.set(frameOf);
    this.#isFiled = new Uint8Array(length);
    this.#isFiled.set(isFiled);
  }

  #transfer(move: Move, words: Uint32Array, page: number): void {
    try {
      const file = this.#open();
      for (let done = 0; done < PAGE_BYTES; ) {
        const moved = move(file, words, done, PAGE_BYTES - done, page * STRIDE_BYTES + done);
        if (moved === 0) throw new Error(`the file ends within page ${page}`);
        done += moved;
      }
    } catch (cause) {
      throw noSpace(this.#folder, cause);
    }
  }

  #open(): number {
    if (this.#file !== undefined) return this.#file;
    const path = join(this.#folder, `parallax-ids-${randomUUID()}`);
    this.#file = openSync(path, 'wx+', 0o600);
    UNREACHABLE.register(this, this.#file);
    unlinkSync(path);
    return this.#file;
  }
}

function noSpace(folder: string, cause: unknown): Fault {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Fault(`The replay's table of ids does not fit in memory, and cannot be kept in ${folder}: ${why}`, {
    code: 'replay-space',
    cure: 'Make room there, or name another folder on a disk in TMPDIR: up to 90 bytes an id. Then start the replay again: it goes on where it was.',
    cause,
  });
}
