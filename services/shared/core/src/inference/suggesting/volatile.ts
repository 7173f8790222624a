// Texts that were made up, all in one form: the regular expression that says so, as narrow as they allow.

interface Form {
  readonly name: string;
  readonly whole: RegExp;
  /** What a middle of this many characters is written as. */
  readonly written: (shortest: number, longest: number, texts: readonly string[]) => string;
}

const times = (shortest: number, longest: number) =>
  shortest === longest ? `{${shortest}}` : `{${shortest},${longest}}`;
const hexOf = (texts: readonly string[]) => {
  const [lower, upper] = [texts.some((text) => /[a-f]/.test(text)), texts.some((text) => /[A-F]/.test(text))];
  return lower && upper ? '[0-9A-Fa-f]' : upper ? '[0-9A-F]' : '[0-9a-f]';
};

/** The narrowest first. */
const FORMS: readonly Form[] = [
  {
    name: 'UUIDs',
    whole: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    written: (_, __, texts) => {
      const hex = hexOf(texts);
      return `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`;
    },
  },
  {
    name: 'digits',
    whole: /^[0-9]{4,}$/,
    written: (shortest, longest) => `[0-9]${times(shortest, longest)}`,
  },
  {
    name: 'hexadecimal digits',
    whole: /^[0-9a-f]{8,}$/i,
    written: (shortest, longest, texts) => `${hexOf(texts)}${times(shortest, longest)}`,
  },
  { name: 'ULIDs', whole: /^[0-9A-HJKMNP-TV-Z]{26}$/, written: () => '[0-9A-HJKMNP-TV-Z]{26}' },
  {
    name: 'random letters and digits',
    whole: /^(?=.*[0-9])(?=.*[A-Za-z])[0-9A-Za-z_-]{12,}$/,
    written: (shortest, longest) => `[0-9A-Za-z_-]${times(shortest, longest)}`,
  },
];

export interface Volatile {
  /** What they are, for people. */
  readonly name: string;
  /** Of linear time; holds for the whole text. */
  readonly regex: string;
}

/** undefined: they have no form in common, or one that words have, too. */
export function volatileForm(texts: readonly string[]): Volatile | undefined {
  const distinct = [...new Set(texts)];
  // What comes again and again is chosen from a list, not made up.
  if (distinct.length < 2 || distinct.length < 0.9 * texts.length) return undefined;
  for (const form of FORMS) {
    for (const [head, tail] of surroundings(distinct)) {
      const middles = distinct.map((text) => text.slice(head.length, text.length - tail.length));
      if (!middles.every((middle) => form.whole.test(middle))) continue;
      const lengths = middles.map(({ length }) => length);
      const regex = form.written(Math.min(...lengths), Math.max(...lengths), middles);
      return { name: form.name, regex: `^${quoted(head)}${regex}${quoted(tail)}$` };
    }
  }
  return undefined;
}

/** Beginnings and ends all have in common, up to where a name may end and an id begin. */
function surroundings(texts: readonly string[]): readonly (readonly [head: string, tail: string])[] {
  const [first = ''] = texts;
  let head = first.length;
  let tail = first.length;
  for (const text of texts) {
    let at = 0;
    while (at < head && text[at] === first[at]) at++;
    head = at;
    at = 0;
    while (at < tail && text[text.length - 1 - at] === first[first.length - 1 - at]) at++;
    tail = at;
  }
  const start = first.slice(0, head);
  const end = first.slice(first.length - tail);
  const heads = [
    start.replace(/[0-9A-Za-z]+$/, ''),
    start.replace(/[0-9]+$/, ''),
    start.replace(/-?[0-9A-Fa-f-]*$/, ''),
  ];
  const tails = [end.replace(/^[0-9A-Za-z]+/, ''), ''];
  const all = [...new Set(heads)].flatMap((one) => [...new Set(tails)].map((other) => [one, other] as const));
  return all.filter(([one, other]) => texts.every(({ length }) => length > one.length + other.length));
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
