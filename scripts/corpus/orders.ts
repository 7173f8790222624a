// The documents of the corpus: orders with a place for every kind of rule, and corners that documents have.
import { gzipSync } from 'node:zlib';
import { spell } from './spelling.ts';
import { array, document, NULL, number, object, pick, type Roll, string, type Tree } from './tree.ts';
import { STATUS } from './typical.ts';

const CITIES = ['Groß Köris', 'Zu\u0308rich', 'St.  Gallen', 'ﬁnca', 'Diyarbakır'];
const TIMES = ['2026-03-01T08:15:00Z', '2024-02-29T23:59:59Z', '2016-12-31T23:59:59Z', '2026-03-01T00:00:00Z'];

export function order(roll: Roll): Tree {
  const digits = (count: number): string => String(Math.floor(roll() * 10 ** count));
  const several = <T>(least: number, most: number, make: (i: number) => T): T[] =>
    Array.from({ length: least + Math.floor(roll() * (most - least + 1)) }, (_, i) => make(i));
  const note = pick([NULL, undefined, string(''), string('as agreed')], roll);
  return object({
    id: string(`A-${digits(6)}`),
    meta: object({
      ts: number(digits(9)),
      node: string(`pod-${digits(1)}`),
      debug: object({
        trace: string(digits(5)),
        steps: array(number(1), string('x')),
        ...(roll() < 0.5 ? { more: document(roll, 2) } : {}),
      }),
    }),
    total: number(`${digits(4)}.${digits(2).padStart(2, '0')}`),
    items: array(
      ...several(1, 5, (i) =>
        object({
          sku: string(`S-${i}`),
          qty: number(1 + Math.floor(roll() * 9)),
          price: number(`${10 + Math.floor(roll() * 90)}.5`),
          requestId: string(digits(6)),
          ...(roll() < 0.3 ? { attrs: document(roll, 2) } : {}),
        }),
      ),
    ),
    tags: array(...several(2, 4, (i) => string(`t${i % 3}`))),
    groups: array(
      ...several(1, 3, (i) => object({ name: string(`g${i % 2}`), members: array(number(i), number(digits(1))) })),
    ),
    ...(note === undefined ? {} : { note }),
    lines: array(...several(3, 5, () => document(roll, 2))),
    customer: object({
      name: string(pick(['Jürgen', 'Zoe\u0308', 'Li'], roll)),
      email: string(`user${digits(3)}@example.org`),
      requestId: string(digits(4)),
    }),
    ...judged(roll),
    // The same, where no rule looks.
    beside: object(Object.fromEntries(Object.entries(judged(roll)).filter(() => roll() < 0.4))),
    head: string('n0'),
    parts: array(
      ...several(1, 4, (i) => object({ id: string(`n${i}`), parent: string(`n${Math.max(0, i - 1)}`), no: number(i) })),
    ),
    body: document(roll, 5),
    deep: nested(document(roll, 2), 5),
  });
}

function nested(inner: Tree, levels: number): Tree {
  return levels === 0
    ? inner
    : levels % 2 === 0
      ? array(nested(inner, levels - 1), NULL)
      : object({ in: nested(inner, levels - 1) });
}

/** Values that rules judge, by the names under which they do. */
export function judged(roll: Roll): Readonly<Record<string, Tree>> {
  const encoded = (pack: (text: string) => Uint8Array): Tree =>
    string(Buffer.from(pack(spell(document(roll, 2), [], roll))).toString('base64'));
  const hex = (digits: number): string =>
    Math.floor(roll() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const remarks = pick([NULL, undefined, string(''), array(), array(string('fragile'))], roll);
  return {
    at: string(pick(TIMES, roll)),
    booked: string(pick(TIMES, roll)),
    city: string(pick(CITIES, roll)),
    trace: string(`${hex(8)}-${hex(4)}`),
    quantity: pick([number(12), string('12'), number('0.5'), string('1')], roll),
    reference: pick([number(42), string('42'), { kind: 'literal', text: 'true' }], roll),
    paid: pick([{ kind: 'literal', text: 'true' }, { kind: 'literal', text: 'false' }, number(1), string('0')], roll),
    latency: number(pick([100, 240, '12.5'], roll)),
    stock: number(Math.floor(roll() * 100)),
    fee: number(100 + Math.floor(roll() * 100)),
    currency: string(pick(['JPY', 'EUR'], roll)),
    flag: { kind: 'literal', text: roll() < 0.5 ? 'true' : 'false' },
    status: string(pick(Object.values(STATUS), roll)),
    ...(remarks === undefined ? {} : { remarks }),
    payload: encoded((text) => Buffer.from(text)),
    packed: encoded((text) => gzipSync(text, { level: 1 })),
  };
}
