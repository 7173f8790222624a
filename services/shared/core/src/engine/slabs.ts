// Bytes of many small records in a few large buffers: no object for each, and no buffer of a client is kept alive.
//
// Records lie one after another; one that is freed leaves a hole. When holes outweigh a quarter of what lives, the slab
// with the most of them is emptied: what still lives there moves, and its owner is told where to. Hot path: once for
// every event that waits for its partner, hence written for speed (typed views, no object per record).

/** A place is a slab's number and a unit within it, in 32 bits: 2^17 slabs of 2^15 units. */
const UNIT_BITS = 15;
const UNITS = 1 << UNIT_BITS;
const UNIT_BYTES = 8;
export const SLAB_BYTES = UNITS * UNIT_BYTES;
/** The first slab is small: there may be a thousand partitions with hardly anything in each. */
const FIRST_UNITS = 512;
/** Larger records have a slab of their own. */
const LARGE = UNITS >>> 2;
/** Units of spare slabs besides half of what is held. */
const MOST_IDLE = 8 * UNITS;
/** Every record begins with its owner and its length in units, 32 bits each. */
export const RECORD_HEADER = 8;
const DEAD = -1;

export interface Slab {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  /** Units in use, holes included. */
  end: number;
  live: number;
  /** Holds one large record, and nothing else ever. */
  readonly isSingle: boolean;
}

export class Slabs {
  readonly #moved: (owner: number, place: number) => void;
  readonly #slabs: (Slab | undefined)[] = [];
  readonly #unused: number[] = [];
  /** Emptied slabs: kept, for a garbage collector gives such buffers back late, and then the allocator keeps them. */
  readonly #spares: Slab[] = [];
  #current = DEAD;
  /** Units. */
  #live = 0;
  #held = 0;

  /** `moved(owner, place)`: the record of this owner now lies there. */
  constructor(moved: (owner: number, place: number) => void) {
    this.#moved = moved;
  }

  /** Bytes of the slabs, holes included. */
  get heldBytes(): number {
    return this.#held * UNIT_BYTES;
  }

  slab(place: number): Slab {
    return this.#slabs[place >>> UNIT_BITS] as Slab;
  }

  /** Where the record begins in its slab, bytes. */
  at(place: number): number {
    return (place & (UNITS - 1)) * UNIT_BYTES;
  }

  sizeOf(place: number): number {
    return (this.slab(place).words[(this.at(place) >>> 2) + 1] as number) * UNIT_BYTES;
  }

  /** Room for a record of so many bytes, its header included. Other records may move. */
  allocate(bytes: number, owner: number): number {
    const units = (bytes + UNIT_BYTES - 1) >>> 3;
    if (units > LARGE) return this.#append(this.#open(makeSlab(units, true)), units, owner);
    const current = this.#slabs[this.#current];
    if (current === undefined || !fits(current, units)) {
      this.#nextSlab(units);
      this.#tidy();
      if (!fits(this.#slabs[this.#current] as Slab, units)) this.#nextSlab(units);
    }
    return this.#append(this.#current, units, owner);
  }

  /** What it held stays as it is until the next allocation. */
  free(place: number): void {
    const number = place >>> UNIT_BITS;
    const slab = this.#slabs[number] as Slab;
    const word = this.at(place) >>> 2;
    const units = slab.words[word + 1] as number;
    slab.words[word] = DEAD;
    slab.live -= units;
    this.#live -= units;
    if (slab.live > 0) return;
    if (number === this.#current) slab.end = 0;
    else this.#close(number);
  }

  #append(number: number, units: number, owner: number): number {
    const slab = this.#slabs[number] as Slab;
    const unit = slab.end;
    slab.words[unit << 1] = owner;
    slab.words[(unit << 1) + 1] = units;
    slab.end += units;
    slab.live += units;
    this.#live += units;
    return ((number << UNIT_BITS) | unit) >>> 0;
  }

  /** As large as all that lives, within limits. */
  #nextSlab(units: number): void {
    let room = FIRST_UNITS;
    while (room < UNITS && room < Math.max(units, this.#live)) room *= 2;
    let spare = this.#spares.pop();
    while (spare !== undefined && spare.doubles.length < room) spare = this.#spares.pop();
    this.#current = this.#open(spare ?? makeSlab(room, false));
  }

  #open(slab: Slab): number {
    const number = this.#unused.pop() ?? this.#slabs.length;
    this.#slabs[number] = slab;
    this.#held += slab.doubles.length;
    return number;
  }

  #close(number: number): void {
    const slab = this.#slabs[number] as Slab;
    this.#slabs[number] = undefined;
    this.#unused.push(number);
    this.#held -= slab.doubles.length;
    if (slab.isSingle) return;
    slab.end = 0;
    slab.live = 0;
    if (this.#spares.length * UNITS <= this.#held / 2 + MOST_IDLE) this.#spares.push(slab);
  }

  /** Empties slabs that are mostly holes, for as long as there is too much of them. */
  #tidy(): void {
    while (this.#held > this.#live * 1.25 + 4 * (this.#slabs[this.#current] as Slab).doubles.length) {
      let sparsest = DEAD;
      let least = 0.75;
      for (let number = 0; number < this.#slabs.length; number++) {
        const slab = this.#slabs[number];
        if (slab === undefined || slab.isSingle || number === this.#current) continue;
        const share = slab.live / slab.doubles.length;
        if (share >= least) continue;
        sparsest = number;
        least = share;
      }
      if (sparsest === DEAD) return;
      this.#empty(sparsest);
    }
  }

  #empty(number: number): void {
    const slab = this.#slabs[number] as Slab;
    for (let unit = 0; unit < slab.end; ) {
      const owner = slab.words[unit << 1] as number;
      const units = slab.words[(unit << 1) + 1] as number;
      if (owner !== DEAD) {
        if (!fits(this.#slabs[this.#current] as Slab, units)) this.#nextSlab(units);
        const place = this.#append(this.#current, units, owner);
        const room = this.#slabs[this.#current] as Slab;
        const to = place & (UNITS - 1);
        room.doubles.set(slab.doubles.subarray(unit + 1, unit + units), to + 1);
        this.#live -= units;
        this.#moved(owner, place);
      }
      unit += units;
    }
    this.#close(number);
  }
}

function fits(slab: Slab, units: number): boolean {
  return slab.end + units <= slab.doubles.length;
}

function makeSlab(units: number, isSingle: boolean): Slab {
  const buffer = new ArrayBuffer(units * UNIT_BYTES);
  return {
    bytes: new Uint8Array(buffer),
    words: new Int32Array(buffer),
    doubles: new Float64Array(buffer),
    end: 0,
    live: 0,
    isSingle,
  };
}
