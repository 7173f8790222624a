// One partition that is owned: where its reading stands, and what was fetched of it and not yet delivered.
import type { Position } from '@parallax/core';
import type { Fetched } from '../fetched.ts';

export class Cursor {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to deliver. */
  offset: number;
  /** The next offset to fetch: ahead by what is queued. */
  fetchFrom: number;
  /** Counted up by every seek: what was asked for before does not count. */
  version = 0;
  isPaused = false;
  /** The fetch that is under way for it. */
  askedBy: object | undefined;
  readonly queue: Fetched[] = [];
  /** Counted up whenever its reading went on, or was found to be at the end. */
  progress = 0;
  /** The log holds more, but an open transaction keeps it from being read: as the last answer said. */
  isHeld = false;
  /** Nobody said where to begin, and nothing has been read: where the log begins by then is as good. */
  isAnywhere: boolean;

  constructor({ topic, partition, offset }: Position, isAnywhere: boolean) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.fetchFrom = offset;
    this.isAnywhere = isAnywhere;
  }

  get queuedBytes(): number {
    return this.queue.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  seek(offset: number): void {
    this.offset = offset;
    this.isAnywhere = false;
    this.forget();
  }

  /** Drops what is queued and on its way; it is fetched again from the cursor. */
  forget(): void {
    this.version++;
    this.fetchFrom = this.offset;
    this.queue.length = 0;
  }
}
