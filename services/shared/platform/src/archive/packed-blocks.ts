// Packed blocks that wait until their object is whole: in memory up to a budget of the process, beyond it in files without
// a name, one for each object.
//
// Every partition has an open chunk, up to 16 MB of what does not pack, and others may wait for a slow archive; the memory
// for that must not grow with the partitions. Whoever brings the block that goes beyond the budget files all blocks of
// its object, so that what is in memory never exceeds it by more than that block. Writes are synchronous: 30 KB into the
// system's cache. A file is removed as soon as it is open, so that nothing is left of a process that is killed.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@parallax/core';

const MOST_BYTES = 64 * 1024 * 1024;

/** A block, wherever it is by now. */
export interface PackedBlock {
  readonly bytes: number;
}

interface Placed extends PackedBlock {
  /** undefined: it is in the file, at `at`. */
  memory: Uint8Array | undefined;
  at: number;
}

/** What is given back when the blocks are let go, or cannot be reached any more. */
interface Holding {
  readonly room: BlockRoom;
  memoryBytes: number;
  file: number | undefined;
}

type Move = (file: number, memory: Uint8Array, from: number, bytes: number, at: number) => number;

const UNREACHABLE = new FinalizationRegistry<Holding>(giveBack);

/** One for all objects of a process. */
export class BlockRoom {
  readonly most: number;
  readonly folder: string;
  /** In memory. */
  bytes = 0;

  /** @param most bytes in memory, for all objects together @param folder for the files; default: the system's, TMPDIR */
  constructor(most = MOST_BYTES, folder = tmpdir()) {
    this.most = most;
    this.folder = folder;
  }
}

/** The blocks of one object. */
export class PackedBlocks {
  readonly #holding: Holding;
  #inMemory: Placed[] = [];
  #fileBytes = 0;
  #isLetGo = false;

  constructor(room: BlockRoom) {
    this.#holding = { room, memoryBytes: 0, file: undefined };
    UNREACHABLE.register(this, this.#holding, this);
  }

  /** `packed` must not change any more. @throws Fault `archiver-space` */
  keep(packed: Uint8Array): PackedBlock {
    const { room } = this.#holding;
    const block: Placed = { bytes: packed.length, memory: packed, at: 0 };
    if (this.#isLetGo) return block;
    this.#inMemory.push(block);
    this.#holding.memoryBytes += block.bytes;
    room.bytes += block.bytes;
    if (room.bytes > room.most) this.#fileAll();
    return block;
  }

  /** Copies a block of {@link keep} to where its object is put together. @throws Fault `archiver-space` */
  copy(block: PackedBlock, to: Uint8Array, at: number): void {
    const { memory, at: from } = block as Placed;
    if (memory !== undefined) to.set(memory, at);
    else this.#transfer(readSync, to, at, block.bytes, from);
  }

  /** None of them is needed any more. */
  letGo(): void {
    UNREACHABLE.unregister(this);
    giveBack(this.#holding);
    this.#isLetGo = true;
    this.#inMemory = [];
  }

  #fileAll(): void {
    const { room } = this.#holding;
    for (let block = this.#inMemory[0]; block?.memory !== undefined; block = this.#inMemory[0]) {
      this.#transfer(writeSync, block.memory, 0, block.bytes, this.#fileBytes);
      block.at = this.#fileBytes;
      block.memory = undefined;
      this.#inMemory.shift();
      this.#fileBytes += block.bytes;
      this.#holding.memoryBytes -= block.bytes;
      room.bytes -= block.bytes;
    }
  }

  #transfer(move: Move, memory: Uint8Array, from: number, bytes: number, at: number): void {
    const { room } = this.#holding;
    try {
      const file = this.#open();
      for (let done = 0; done < bytes; ) {
        const moved = move(file, memory, from + done, bytes - done, at + done);
        if (moved === 0) throw new Error('the file ends within a block');
        done += moved;
      }
    } catch (cause) {
      throw noSpace(room.folder, cause);
    }
  }

  #open(): number {
    if (this.#holding.file !== undefined) return this.#holding.file;
    const path = join(this.#holding.room.folder, `parallax-blocks-${randomUUID()}`);
    this.#holding.file = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return this.#holding.file;
  }
}

function giveBack(holding: Holding): void {
  holding.room.bytes -= holding.memoryBytes;
  holding.memoryBytes = 0;
  if (holding.file !== undefined) closeSync(holding.file);
  holding.file = undefined;
}

function noSpace(folder: string, cause: unknown): Fault {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Fault(
    `The blocks that wait for their objects do not fit in memory, and cannot be kept in ${folder}: ${why}`,
    {
      code: 'archiver-space',
      cure: 'Make room there, or name another folder on a disk in TMPDIR: up to 16 MB a partition. Then start it again: it goes on where it was.',
      cause,
    },
  );
}
