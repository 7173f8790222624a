// Markdown to what a search index takes in: marked against markdown-it, over a handbook in the public domain.
import { documentsIn } from '../documents.ts';
import { dropLast, edit, upper } from '../edit.ts';
import type { Pair } from '../pair.ts';
import { candidate } from './candidate.ts';
import { legacy } from './legacy.ts';

export const handbook: Pair = {
  name: 'handbook',
  about: 'marked → markdown-it, pages of a handbook',
  documents: documentsIn('handbook'),
  legacy,
  candidate,
  regressions: [
    { about: 'the last link is lost', plant: (value) => edit(value, ['links'], dropLast) },
    {
      about: 'a link leads elsewhere',
      plant: (value) => edit(value, ['links', 0, 'href'], (href) => `${String(href)}#`),
    },
    {
      about: 'a heading is one level deeper',
      plant: (value) => edit(value, ['headings', 0, 'tag'], (tag) => `h${Number(String(tag).slice(1)) + 1}`),
    },
    { about: 'a heading is in capitals', plant: (value) => edit(value, ['headings', 0, 'text'], upper) },
    { about: 'code has lost its last line', plant: (value) => edit(value, ['code', 0, 'content'], dropLine) },
  ],
};

function dropLine(code: unknown): unknown {
  const lines = String(code).split('\n');
  return [...lines.slice(0, -2), ''].join('\n');
}
