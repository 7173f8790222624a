// Three projects: `unit` (quick, no child process, no server), `e2e` (*.e2e.test.ts: processes, chDB, kills, and what takes
// seconds) and `servers` (*.servers.test.ts: a real Kafka, S3 and ClickHouse over HTTP, started once for the run).
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const everything = ['services/**/*.test.ts', 'schemas/**/*.test.ts', 'scripts/**/*.test.ts'];

export default defineConfig({
  root,
  test: {
    // What a passing test prints is noise on the screen of the person who runs it.
    silent: 'passed-only',
    // Left to itself Vitest keeps one core free; most of these tests wait for processes they have started.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    globalSetup: '.config/vitest.folder.ts',
    // Vitest's advice on how to be faster is for whoever tunes it (set it to true), not for whoever runs the tests.
    experimental: { diagnostics: false },
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: everything,
          exclude: ['**/*.e2e.test.ts', '**/*.servers.test.ts', '**/node_modules/**'],
          // One set of modules for all files of a worker: loading them anew for each takes as long as the tests.
          isolate: false,
          // A bound against hanging, far above what any of them takes: the machines are noisy.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          include: everything.map((glob) => glob.replace('.test.ts', '.e2e.test.ts')),
          exclude: ['**/node_modules/**'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        root,
        test: {
          name: 'servers',
          include: everything.map((glob) => glob.replace('.test.ts', '.servers.test.ts')),
          exclude: ['**/node_modules/**'],
          globalSetup: '.config/vitest.servers.ts',
          pool: 'forks',
          // KafkaJS sets a timer in the past with each request; Node would say so in every file.
          execArgv: ['--disable-warning=TimeoutNegativeWarning'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
