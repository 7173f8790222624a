// Lines of a report, broken or cut at the width of a terminal.

export const WIDTH = 100;

/** Broken at spaces; later lines stand below the first. */
export function wrapped(text: string, head: string): readonly string[] {
  const lines: string[] = [];
  let line = head;
  for (const word of text.split(' ')) {
    const isFirst = line.length === head.length;
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(head.length) + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Cut, where it cannot be broken. */
export function fit(line: string): string {
  return line.length <= WIDTH ? line : `${line.slice(0, WIDTH - 1)}…`;
}
