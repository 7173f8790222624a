// Numbers and names as a written experiment shows them.

/** `1 id`, `1,200 ids`. */
export function count(amount: number, one: string): string {
  return `${amount.toLocaleString('en')} ${one}${amount === 1 ? '' : 's'}`;
}

/** `98.5 %`; never 100 % for less than all, nor 0 % for more than none. */
export function share(of: number): string {
  const percent = of * 100;
  if (percent > 99.9 && percent < 100) return 'over 99.9 %';
  if (percent > 0 && percent < 0.1) return 'under 0.1 %';
  return `${Number(percent.toFixed(1))} %`;
}

/** A text as YAML takes it in any place: quoted unless it is plain. */
export function scalar(text: string): string {
  const isPlain =
    /^[A-Za-z/][\w./~-]*(:[\w./~-]+)*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}

/** Plain data as YAML takes it on one line. */
export function flow(value: unknown): string {
  if (typeof value === 'string') return scalar(value);
  if (Array.isArray(value)) return `[${value.map((each) => flow(each)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${flow(each)}`)
    .join(', ')} }`;
}

/** Names come from the data: no line end of theirs may end a comment. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '·').slice(0, 300);
}
