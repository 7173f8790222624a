// Colours and widths of the demo's screen: colour only on a terminal that wants it, columns counted as seen.

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly name: (text: string) => string;
}

/** No line of the demo is wider. Columns. */
export const WIDTH = 100;

const plain = (text: string): string => text;
export const NO_PAINT: Paint = { bold: plain, dim: plain, good: plain, bad: plain, warn: plain, name: plain };

const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;
const COLOURS: Paint = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  warn: sgr(33, 39),
  name: sgr(36, 39),
};

/** NO_COLOR (any value but the empty one) wins over a terminal. */
export function paintFor(stream: { readonly isTTY?: boolean }, noColor: string | undefined): Paint {
  return stream.isTTY === true && (noColor === undefined || noColor === '') ? COLOURS : NO_PAINT;
}

/** The text without the escape sequences of paint. */
export function unpainted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character itself
  return text.replace(/\u001b\[\d+m/g, '');
}

/** Columns a text takes on a terminal; escape sequences take none. */
export function columns(text: string): number {
  let width = 0;
  for (const character of unpainted(text)) width += characterColumns(character);
  return width;
}

/** Unicode's East Asian wide blocks and emoji take two; marks that combine, joiners and variation selectors none. */
export function characterColumns(character: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) return 0;
  return /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]$/u.test(
    character,
  ) || /^\p{Emoji_Presentation}$/u.test(character)
    ? 2
    : 1;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columns(text))) + text;
}

/** Cut at the end to so many columns, with an ellipsis where something was cut. */
export function clip(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += characterColumns(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Cut in the middle: the ends of a path say most. */
export function clipMiddle(text: string, width: number): string {
  if (columns(text) <= width) return text;
  const characters = [...text];
  const tail = Math.floor((width - 1) * 0.6);
  return `${characters.slice(0, width - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

/** Words in lines of at most `width` columns, each after the indent. */
export function wrap(text: string, indent = '  ', width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && columns(indent + line) + 1 + columns(word) > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}

/** A headline with a rule to the right edge. */
export function headline(text: string, paint: Paint): string[] {
  return ['', `${paint.bold(text)} ${paint.dim('─'.repeat(Math.max(0, WIDTH - 1 - columns(text))))}`, ''];
}

export interface Column {
  readonly align?: 'left' | 'right';
}

/** Rows as aligned columns two spaces apart, each row after two spaces. Cells may be painted. */
export function table(rows: readonly (readonly string[])[], layout: readonly Column[]): string[] {
  const widths = layout.map((_, index) => Math.max(0, ...rows.map((row) => columns(row[index] ?? ''))));
  return rows.map((row) => {
    const cells = layout.map(({ align }, index) =>
      (align === 'right' ? padStart : padEnd)(row[index] ?? '', widths[index] ?? 0),
    );
    return `  ${cells.join('  ').trimEnd()}`;
  });
}

const BAR_COLUMNS = 16;

/** How much of the whole is done. */
export function bar(done: number, whole: number, paint: Paint): string {
  const filled = whole === 0 ? 0 : Math.min(BAR_COLUMNS, Math.floor((BAR_COLUMNS * done) / whole));
  return paint.name('█'.repeat(filled)) + paint.dim('░'.repeat(BAR_COLUMNS - filled));
}
