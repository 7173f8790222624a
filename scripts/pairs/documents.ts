// Where the documents of a pair lie: beside its programs, as events {"id","value"} of one text each.
import { readFileSync } from 'node:fs';
import type { Document } from './pair.ts';

export function textIn(folder: string, file: string): string {
  return readFileSync(new URL(`./${folder}/${file}`, import.meta.url), 'utf8');
}

export function documentsIn(folder: string): readonly Document[] {
  return textIn(folder, 'documents.ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { id, value }: { id: string; value: string } = JSON.parse(line);
      return { id, text: value };
    });
}
