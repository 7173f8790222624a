// A seeded workload: pairs of order documents of about 470 bytes, as two systems would publish them to two topics.
//
// `requestId` and `processedAt` differ in every pair and are to be left out; 30 % of the candidates have their keys
// shuffled at every level, which is no difference; 2 % differ truly, in five kinds of equal parts; 0.5 % lack one side.
// Event time advances by `perSecond` pairs a second; a candidate is up to 250 ms later, one in a hundred up to 2 s; the
// arrival is shuffled in blocks of 512 pairs. The same seed gives the same records in the same order.

export const KINDS = ['number', 'missing', 'extra', 'string', 'type'] as const;
export const VOLATILE = ['/requestId', '/processedAt'] as const;
/** A fixed day in the past: never in a broker's future. */
export const BEGIN = Date.UTC(2025, 0, 1);
const BLOCK = 512;
const STATUS = ['CONFIRMED', 'SHIPPED', 'PENDING', 'CANCELLED'] as const;
const CITY = ['Lisbon', 'Rotterdam', 'Gdansk', 'Turin', 'Malmo'] as const;
const TIER = ['gold', 'silver', 'basic'] as const;

export interface Order {
  readonly id: string;
  readonly timestamp: number;
  /** JSON. */
  readonly value: string;
}

export interface Block {
  readonly legacy: readonly Order[];
  readonly candidate: readonly Order[];
}

export interface Truth {
  pairs: number;
  /** By kind. */
  readonly differing: Record<(typeof KINDS)[number], number>;
  missingLegacy: number;
  missingCandidate: number;
}

export interface Workload {
  readonly pairs: number;
  readonly seed?: number;
  /** Pairs a second of event time; default 1,000. */
  readonly perSecond?: number;
  /** No candidate answers: every id stays open. */
  readonly onlyLegacy?: boolean;
  /** Both sides answer with the same bytes. */
  readonly identical?: boolean;
}

interface Document {
  [member: string]: unknown;
  totals: { net: unknown; tax?: number; gross: number };
  items: { unitPrice: number; qty: unknown; total: number; sku: string }[];
  customer: { id: string; tier?: string; address: { city: string; zip: string } };
  status: string;
}

/** Blocks in order of arrival; `truth` is complete once the last has been taken. */
export function workload(options: Workload): { truth: Truth; blocks: Generator<Block> } {
  const truth: Truth = {
    pairs: options.pairs,
    differing: { number: 0, missing: 0, extra: 0, string: 0, type: 0 },
    missingLegacy: 0,
    missingCandidate: 0,
  };
  return { truth, blocks: blocks(options, truth) };
}

function* blocks({ pairs, perSecond = 1000, seed = 1, ...kind }: Workload, truth: Truth): Generator<Block> {
  const dice = new Dice(seed);
  for (let from = 0; from < pairs; from += BLOCK) {
    const legacy: Order[] = [];
    const candidate: Order[] = [];
    for (let i = from; i < Math.min(pairs, from + BLOCK); i++) {
      const id = `ord-${String(i).padStart(9, '0')}`;
      const base = BEGIN + Math.floor((i * 1000) / perSecond);
      const at = base + dice.below(20);
      const document = order(dice, id, at);
      const said = { id, timestamp: at, value: JSON.stringify(document) };
      if (kind.onlyLegacy === true || kind.identical === true) {
        legacy.push(said);
        if (kind.identical === true) candidate.push(said);
        continue;
      }
      const later = base + (dice.chance(0.01) ? dice.below(2000) : dice.below(250));
      const fate = dice.next();
      if (fate >= 0.0025) legacy.push(said);
      else truth.missingLegacy++;
      if (fate >= 0.0025 && fate < 0.005) {
        truth.missingCandidate++;
        continue;
      }
      if (fate >= 0.005 && fate < 0.025) {
        const change = dice.of(KINDS);
        truth.differing[change]++;
        mutate(dice, document, change);
      }
      document.requestId = dice.hex() + dice.hex();
      document.processedAt = new Date(later).toISOString();
      const answered = dice.chance(0.3) ? shuffled(dice, document) : document;
      candidate.push({ id, timestamp: later, value: JSON.stringify(answered) });
    }
    yield { legacy: dice.shuffle(legacy), candidate: dice.shuffle(candidate) };
  }
}

function order(dice: Dice, id: string, at: number): Document {
  const items = Array.from({ length: 2 + dice.below(3) }, () => item(dice));
  const net = cents(items.reduce((sum, { total }) => sum + total, 0));
  const tax = cents(net * 0.19);
  return {
    orderId: id,
    requestId: dice.hex() + dice.hex(),
    processedAt: new Date(at).toISOString(),
    status: dice.of(STATUS),
    currency: 'EUR',
    customer: {
      id: `c-${100_000 + dice.below(900_000)}`,
      tier: dice.of(TIER),
      address: { city: dice.of(CITY), zip: String(10_000 + dice.below(89_999)) },
    },
    items,
    totals: { net, tax, gross: cents(net + tax) },
  };
}

function item(dice: Dice) {
  const qty = 1 + dice.below(5);
  const unitPrice = cents(1 + dice.next() * 200);
  return { sku: `SKU-${10_000 + dice.below(90_000)}`, qty, unitPrice, total: cents(qty * unitPrice) };
}

function mutate(dice: Dice, document: Document, kind: (typeof KINDS)[number]): void {
  const first = document.items[0] as Document['items'][number];
  const either = dice.chance(0.5);
  switch (kind) {
    case 'number':
      if (either) document.totals.gross = cents(document.totals.gross + 0.01);
      else first.unitPrice = cents(first.unitPrice + 0.01);
      return;
    case 'missing':
      if (either) delete document.totals.tax;
      else delete document.customer.tier;
      return;
    case 'extra':
      document.items.push(item(dice));
      return;
    case 'string':
      if (either) document.status += '_X';
      else document.customer.address.city += 'o';
      return;
    case 'type':
      if (either) document.totals.net = String(document.totals.net);
      else first.qty = String(first.qty);
  }
}

function shuffled(dice: Dice, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => shuffled(dice, element));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    dice.shuffle(Object.entries(value)).map(([name, member]) => [name, shuffled(dice, member)]),
  );
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Mulberry32 (Tommy Ettinger, public domain). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  hex(): string {
    return Math.floor(this.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }

  shuffle<T>(list: T[]): T[] {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [list[i], list[j]] = [list[j] as T, list[i] as T];
    }
    return list;
  }
}
