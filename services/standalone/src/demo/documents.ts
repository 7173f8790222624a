// The demo's input: the Markdown files of the installed packages, written by people who know nothing of it.
import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DemoDocument {
  /** Relative to the packages' folder, with slashes: the key and the correlation id of its record. */
  readonly path: string;
  readonly bytes: number;
}

/** Larger ones are left out: they would only slow the picture down. */
const LARGEST_BYTES = 200_000;

/** The node_modules folder this package's own dependencies are installed in. */
export function packagesFolder(): string {
  return fileURLToPath(new URL('..', import.meta.resolve('marked/package.json')));
}

/**
 * Every Markdown file below `folder`, not empty and at most 200 kB, without links (workspaces are links) and dot
 * folders. In an order that depends on the paths alone but mixes the packages, so that each stretch of the feed holds
 * documents of many authors.
 */
export function findDocuments(folder: string): readonly DemoDocument[] {
  const found: { readonly document: DemoDocument; readonly rank: string }[] = [];
  for (const file of markdownFiles(folder)) {
    const bytes = statSync(file).size;
    if (bytes === 0 || bytes > LARGEST_BYTES) continue;
    const path = relative(folder, file).split(sep).join('/');
    found.push({ document: { path, bytes }, rank: createHash('sha256').update(path).digest('hex') });
  }
  found.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return found.map(({ document }) => document);
}

export function readDocument(folder: string, document: DemoDocument): string {
  return readFileSync(join(folder, document.path), 'utf8');
}

function* markdownFiles(folder: string): Generator<string> {
  const entries: Dirent[] = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* markdownFiles(path);
    else if (entry.isFile() && entry.name.toLowerCase().endsWith('.md')) yield path;
  }
}
