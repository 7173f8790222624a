// Figures are found by name, and a wrong name costs nothing but a hint.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('./figures.ts', import.meta.url));

function figures(...names: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [script, ...names], { encoding: 'utf8' });
}

test('without a name every figure is listed with what it measures', () => {
  const { status, stdout } = figures();
  expect(status).toBe(0);
  expect(stdout).toMatch(/^install +seconds/m);
  for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^[a-z.-]+ {2,}\S/);
});

test('a wrong name measures nothing, names what was meant, and leaves by 2', () => {
  const { status, stdout, stderr } = figures('install', 'instal');
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain("there is no figure 'instal'. Did you mean install?");
});
