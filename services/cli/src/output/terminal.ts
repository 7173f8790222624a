// The two streams of a command: data on stdout, everything said to the person on stderr; colour only on a terminal.
import { once } from 'node:events';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Data, with a line end added. Resolves when more may be written, so that a slow reader holds the writer back. */
export async function print(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

/** A message to the person, with a line end added. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Coloured where the stream is a terminal and NO_COLOR is not set; plain text otherwise. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}
