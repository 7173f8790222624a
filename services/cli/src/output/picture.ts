// Small pictures of numbers in plain characters, so that they look alike on any terminal, in a file and without colour.

/** From nothing to the most. */
const SHADES = ' .:-=+*#%@';
const LEAST_WIDTH = 20;

/** One character a value: blank is nothing, `@` is `most`. What is not nothing is never blank. */
export function shades(values: readonly number[], most: number = Math.max(...values)): string {
  return values
    .map((value) => {
      if (!(value > 0) || !(most > 0)) return SHADES[0];
      const level = Math.ceil((Math.min(value, most) / most) * (SHADES.length - 1));
      return SHADES[Math.max(1, level)];
    })
    .join('');
}

/** A bar from the left; what is not nothing is at least one character. */
export function bar(value: number, most: number, width: number): string {
  if (!(value > 0) || !(most > 0)) return '';
  return '#'.repeat(Math.max(1, Math.round((Math.min(value, most) / most) * width)));
}

/** What is left of a line beside `taken` characters. @param columns of the terminal; undefined: none, 80 */
export function widthBeside(taken: number, columns: number | undefined = 80): number {
  return Math.max(LEAST_WIDTH, Math.min(columns, 120) - taken);
}
