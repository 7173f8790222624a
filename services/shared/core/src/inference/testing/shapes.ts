// The labelled set: where ids stand in topics of very different making.
import { bytes, type Order, type Shape, type Written } from './topics.ts';

const priced = ({ customer, quantity, total, at }: Order) => ({ customerId: customer, quantity, total, orderedAt: at });
const stamp = (at: number, afterMs: number): string => new Date(at + afterMs).toISOString();

/** The same place on both sides. */
function alike(name: string, id: string, write: (order: Order) => Written): Shape {
  const late = (order: Order): readonly Written[] => [{ ...write(order), afterMs: 90 + order.random() * 400 }];
  return { name, legacyId: [id], candidateId: [id], legacy: (order) => [write(order)], candidate: late };
}

export const SHAPES: readonly Shape[] = [
  alike('a header', 'header:correlation-id', (order) => ({
    headers: { 'correlation-id': order.id, source: 'pricing' },
    value: priced(order),
  })),
  alike('a header of another name', 'header:X-Request-ID', (order) => ({
    headers: { 'X-Request-ID': `r-${order.id}`, 'content-type': 'application/json' },
    value: priced(order),
  })),
  alike('the key', 'key', (order) => ({ key: order.id, value: priced(order) })),
  alike('the payload', 'path:/orderId', (order) => ({
    key: order.customer,
    value: { orderId: order.id, ...priced(order) },
  })),
  alike('nested in the payload', 'path:/meta/correlation/id', (order) => ({
    value: { meta: { correlation: { id: order.id }, schema: 'v3' }, body: priced(order) },
  })),
  alike('CloudEvents', 'ce_id', (order) => ({
    headers: { ce_id: order.id, ce_type: 'priced', ce_source: '/pricing', ce_specversion: '1.0' },
    value: priced(order),
  })),
  alike('a trace', 'traceparent', (order) => ({
    headers: { traceparent: `00-${order.n.toString(16).padStart(32, 'a')}-${'b'.repeat(16)}-01` },
    value: { ...priced(order), total: order.total },
  })),
  alike('a number', 'path:/orderNo', (order) => ({ value: { orderNo: 900_000_000 + order.n * 13, ...priced(order) } })),
  alike('plain text, id in a header', 'header:correlation-id', (order) => ({
    headers: { 'correlation-id': order.id },
    value: `PRICED ${order.customer} ${order.total} ${order.quantity}`,
  })),
  alike('bytes, id in the key', 'key', (order) => ({
    key: order.id,
    value: Uint8Array.of(255, 254, order.n & 255, (order.n >> 8) & 255, order.quantity),
  })),
  {
    name: 'a header here, the payload there',
    legacyId: ['header:correlation-id'],
    candidateId: ['path:/meta/cid'],
    legacy: (order) => [{ headers: { 'correlation-id': order.id }, value: priced(order) }],
    candidate: (order) => [{ value: { meta: { cid: order.id, at: stamp(order.at, 80) }, ...priced(order) } }],
  },
  {
    name: 'the key here, deep in the payload there',
    legacyId: ['key'],
    candidateId: ['path:/order/header/orderNumber'],
    legacy: (order) => [{ key: order.id, value: priced(order) }],
    candidate: (order) => [
      { key: order.customer, value: { order: { header: { orderNumber: order.id }, lines: [priced(order)] } } },
    ],
  },
  {
    name: 'a number here, its text there',
    legacyId: ['path:/id'],
    candidateId: ['header:order-id'],
    legacy: (order) => [{ value: { id: 10_000_000 + order.n, ...priced(order) } }],
    candidate: (order) => [{ headers: { 'order-id': String(10_000_000 + order.n) }, value: priced(order) }],
  },
  {
    name: 'two parts, of which neither is enough',
    legacyId: ['path:/no', 'path:/shop'],
    candidateId: ['path:/number', 'path:/store'],
    legacy: (order) => [{ value: { shop: order.tenant, no: Math.floor(order.n / 3) + 5_000, ...priced(order) } }],
    candidate: (order) => [
      { value: { store: order.tenant, number: Math.floor(order.n / 3) + 5_000, ...priced(order) } },
    ],
  },
  {
    name: 'several events of an id',
    legacyId: ['path:/orderId'],
    candidateId: ['path:/orderId'],
    legacy: (order) => lifecycle(order, 40),
    candidate: (order) => lifecycle(order, 90),
  },
  {
    name: 'event ids that are no correlation',
    legacyId: ['path:/orderRef'],
    candidateId: ['path:/orderRef'],
    legacy: (order) => [{ value: { id: order.uuid(), seq: order.n, orderRef: order.id, ...priced(order) } }],
    candidate: (order) => [
      { value: { id: order.uuid(), seq: (order.n * 17) % 4_000, orderRef: order.id, ...priced(order) } },
    ],
  },
  {
    name: 'row numbers that happen to be the same',
    legacyId: ['header:cid'],
    candidateId: ['header:cid'],
    legacy: (order) => [{ headers: { cid: order.id }, value: { rowId: order.n, ...priced(order) } }],
    candidate: (order) => [{ headers: { cid: order.id }, value: { rowId: (order.n + 1) % 600, ...priced(order) } }],
  },
  {
    name: 'a candidate that sees one order in ten',
    legacyId: ['path:/orderId'],
    candidateId: ['path:/orderId'],
    legacy: (order) => [{ value: { orderId: order.id, ...priced(order) } }],
    candidate: (order) => (order.n % 10 === 0 ? [{ value: { orderId: order.id, ...priced(order) } }] : []),
  },
  {
    name: 'another structure altogether',
    legacyId: ['path:/ORDER_NO'],
    candidateId: ['path:/data/order/id'],
    legacy: (order) => [{ value: { ORDER_NO: order.id, CUST: order.customer, AMT: order.total } }],
    candidate: (order) => [
      {
        value: { data: { order: { id: order.id }, customer: { ref: order.customer }, price: { amount: order.total } } },
      },
    ],
  },
  {
    name: 'the wrong answers of a candidate that is all wrong',
    legacyId: ['key'],
    candidateId: ['key'],
    legacy: (order) => [{ key: order.id, value: priced(order) }],
    candidate: (order) => [{ key: order.id, value: { ...priced(order), total: order.total * 2, quantity: 0 } }],
  },
];

function lifecycle(order: Order, afterMs: number): readonly Written[] {
  return ['accepted', 'paid', 'shipped'].map((status, step) => ({
    key: order.customer,
    value: { orderId: order.id, status, ...priced(order) },
    afterMs: afterMs + step * 700,
  }));
}

/** Payloads with everything that may be proposed as a rule, and what must not be. */
export const RICH: Shape = {
  name: 'rich payloads',
  legacyId: ['key'],
  candidateId: ['key'],
  legacy: (order) => [rich(order, 40, false)],
  candidate: (order) => [rich(order, 120 + order.random() * 900, true)],
};

function rich(order: Order, afterMs: number, isNew: boolean): Written {
  const items = Array.from({ length: 3 }, (_, n) => ({
    sku: `s-${order.n % 7}-${n}`,
    price: n + 0.5,
    ref: order.uuid(),
  }));
  const shift = isNew && order.n % 40 === 0 ? 5 : 0;
  const value = {
    order: order.id,
    total: order.total + shift,
    average: isNew ? order.total / 3 + 1e-9 : order.total / 3,
    processedAt: stamp(order.at, afterMs),
    eventId: order.uuid(),
    /** Always a day off: an error to be found, not a stamp. */
    dueOn: new Date(order.at + (isNew ? 31 : 30) * 86_400_000).toISOString(),
    items: isNew && order.n % 2 === 0 ? items.toReversed() : items,
    ...(isNew ? { tracedAt: order.at + Math.floor(afterMs) } : { oldAt: order.at + afterMs }),
    always: isNew ? 'B' : 'A',
  };
  return { key: order.id, value, afterMs };
}

export const UNRELATED: Shape = {
  name: 'nothing in common',
  legacyId: [],
  candidateId: [],
  legacy: (order) => [{ value: { orderId: order.id, at: order.at } }],
  candidate: (order) => [{ value: { machine: `m-${order.uuid()}`, heat: order.random() } }],
};

/** As a registry's serializer writes Avro. */
export const FRAMED: Shape = {
  name: 'Avro',
  legacyId: ['key'],
  candidateId: ['key'],
  legacy: (order) => [{ key: order.id, value: Uint8Array.of(0, 0, 0, 0, 7, ...bytes(order.id)) }],
  candidate: (order) => [{ key: order.id, value: Uint8Array.of(0, 0, 0, 0, 8, ...bytes(order.id)) }],
};
