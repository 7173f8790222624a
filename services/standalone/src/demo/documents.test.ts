import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDocuments, packagesFolder, readDocument } from './documents.ts';

describe('documents of a folder', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'documents-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  test('are its Markdown files at any depth, read as they are', () => {
    file('a/README.md', '# A');
    file('@scope/b/docs/Guide.MD', '# Ünïcode');
    file('a/index.js', '');
    const found = findDocuments(folder);
    expect(found.map(({ path }) => path).sort()).toEqual(['@scope/b/docs/Guide.MD', 'a/README.md']);
    expect(found.map((document) => readDocument(folder, document)).sort()).toEqual(['# A', '# Ünïcode']);
  });

  test('leave out empty ones, huge ones, dot folders and links to folders', () => {
    file('a/README.md', '# A');
    file('a/EMPTY.md', '');
    file('a/HUGE.md', 'x'.repeat(200_001));
    file('.cache/x.md', '# cached');
    symlinkSync(join(folder, 'a'), join(folder, 'linked'));
    expect(findDocuments(folder).map(({ path }) => path)).toEqual(['a/README.md']);
  });

  test('come in an order that depends on their paths alone', () => {
    const paths = ['a/1.md', 'b/2.md', 'c/3.md', 'd/4.md', 'e/5.md'];
    for (const path of paths) file(path, path);
    const first = findDocuments(folder).map(({ path }) => path);
    for (const path of paths.toReversed()) file(path, `${path}, edited`);
    expect(findDocuments(folder).map(({ path }) => path)).toEqual(first);
  });
});

test('a plain install holds at least 200 documents', () => {
  const documents = findDocuments(packagesFolder());
  expect(documents.length).toBeGreaterThanOrEqual(200);
  expect(new Set(documents.map(({ path }) => path)).size).toBe(documents.length);
});
