// An experiment file for one test.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Its path; it is removed when the test has ended. */
export function experimentFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-experiment-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'experiment.yaml');
  writeFileSync(path, text);
  return path;
}
