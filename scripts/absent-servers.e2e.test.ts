// Without Java and without containers: tests of real servers are skipped loudly by name, or fail when they are required.
import { execFile } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KAFKA = 'services/shared/platform/src/testing/servers/kafka/kafka.servers.test.ts';
const COMPOSE = 'scripts/compose.servers.test.ts';
const WHY = 'there is no java on the PATH: Java 17 or newer is needed';

/** A test run of those two files where the PATH holds Node and nothing else. */
function run(env: NodeJS.ProcessEnv): Promise<{ failed: boolean; lines: readonly string[] }> {
  const bin = mkdtempSync(join(tmpdir(), 'parallax-path-'));
  symlinkSync(process.execPath, join(bin, 'node'));
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', '.config/vitest.config.ts', '--project', 'servers', KAFKA, COMPOSE];
  const own = { PATH: bin, HOME: tmpdir(), TMPDIR: tmpdir(), PARALLAX_TEST_SERVERS: 'jars', ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, env: own }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, lines: stripVTControlCharacters(stdout + stderr).split('\n') });
    });
  });
}

test('they are skipped, each by name with the reason, and the first line says what is missing', async () => {
  const { failed, lines } = await run({});
  expect(failed).toBe(false);
  expect(lines.find((line) => line.startsWith('real servers:'))).toContain(WHY);
  const skipped = lines.filter((line) => line.startsWith('NOT RUN'));
  expect(skipped.filter((line) => line.includes(KAFKA) && line.includes(WHY))).toHaveLength(4);
  expect(skipped.filter((line) => line.includes(COMPOSE))).toEqual([expect.stringContaining('exempt')]);
});

test('where servers are required they fail, and only what containers alone can show is exempt', async () => {
  const { failed, lines } = await run({ REQUIRE_SERVERS: '1' });
  expect(failed).toBe(true);
  const failures = lines.filter((line) => line.includes('FAIL') && line.includes('needs kafka'));
  expect(failures).toHaveLength(4);
  expect(lines.join('\n')).toMatch(new RegExp(`Fault: Apache Kafka: .*${WHY}`));
  expect(lines.filter((line) => line.startsWith('NOT RUN'))).toEqual([expect.stringContaining(COMPOSE)]);
});
