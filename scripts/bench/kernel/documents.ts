// What the kernel is measured on: orders of 200 B, 2 KB and 200 KB, and what a second system makes of each.
import type { RuleSpec } from '@parallax/core';

export const SIZES = ['small', 'order', 'large'] as const;
export type Size = (typeof SIZES)[number];

/** How the candidate's document differs from legacy's, volatile members apart, which differ always. */
export const VARIANTS = ['equal', 'shuffled', 'changed', 'restructured'] as const;
export type Variant = (typeof VARIANTS)[number];

/** Typical: members to be left out, a tolerance, a set, ways to say nothing. */
export const RULES: readonly RuleSpec[] = [
  { kind: 'ignore', name: 'volatile', paths: ['/processedAt', '/node', '/items/*/requestId'] },
  { kind: 'tolerance', name: 'net', path: '/totals/net', absolute: 0.005 },
  { kind: 'unordered', name: 'tags', path: '/tags' },
  { kind: 'nullish', name: 'note', path: '/note', same: ['null', 'missing'] },
];

interface Item {
  sku: string;
  qty: number;
  unitPrice: number;
  total: number;
  requestId: string;
  description: string;
}

/** As the peers see it once parsed. */
export interface Order {
  processedAt?: string | undefined;
  node?: string | undefined;
  items?: Item[];
  status: string;
  totals: { net: number; gross?: number };
  [member: string]: unknown;
}

const LINES: Readonly<Record<Size, number>> = { small: 0, order: 13, large: 1_700 };

function order(size: Size): Order {
  const head = { orderNo: 'A-123456', processedAt: '2026-01-02T03:04:05.678Z', node: 'pod-7', status: 'CONFIRMED' };
  const totals = { net: 50.98, gross: 60.48 };
  if (size === 'small') return { ...head, customer: { id: 77_123, tier: 'gold' }, totals, paid: true, note: null };
  return {
    ...head,
    customer: { id: 77_123, name: 'Juergen', email: 'a@b.example', address: { street: 'Main 1', city: 'Berlin' } },
    items: Array.from({ length: LINES[size] }, (_, i) => ({
      sku: `SKU-${10_000 + i}`,
      qty: 1 + (i % 5),
      unitPrice: 19.99 + i,
      total: (1 + (i % 5)) * 20,
      requestId: `r-${100_000 + i}`,
      description: 'what it is, in a few words',
    })),
    tags: ['new', 'web', 'eu'],
    currency: 'EUR',
    totals,
    note: 'some free text that is a little longer than the others',
    flags: [true, false, null],
  };
}

/** JSON of both sides, as bytes. */
export function pairOf(size: Size, variant: Variant): readonly [legacy: Buffer, candidate: Buffer] {
  const other = order(size);
  other.processedAt = '2026-01-02T03:04:06.1Z';
  other.node = 'pod-8';
  for (const [i, item] of (other.items ?? []).entries()) item.requestId = `r-${900_000 + i}`;
  const middle = other.items?.[LINES[size] >> 1];
  if (variant === 'changed') {
    other.totals.gross = 61.48;
    if (middle === undefined) other.status = 'SHIPPED';
    else middle.qty = 77;
  } else if (variant === 'restructured') {
    delete other.totals.gross;
    if (middle === undefined) other['extra'] = true;
    else other.items?.splice(LINES[size] >> 1, 0, { ...middle, sku: 'SKU-new' });
  }
  const answer = variant === 'shuffled' ? Object.fromEntries(Object.entries(other).reverse()) : other;
  return [Buffer.from(JSON.stringify(order(size))), Buffer.from(JSON.stringify(answer))];
}

/** What a user of another library has to do before: take out what is volatile, in the cheapest way there is. */
export function withoutVolatile(document: Order): Order {
  document.processedAt = undefined;
  document.node = undefined;
  for (const item of (document.items ?? []) as { requestId: string | undefined }[]) item.requestId = undefined;
  return document;
}
