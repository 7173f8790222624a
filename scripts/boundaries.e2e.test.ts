// The boundaries hold: each kind of violation, planted in a small tree of the same shape, fails `npm run check` by name.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const SHARED_FILES = ['.config', 'package.json', 'tsconfig.json', 'scripts/boundaries.ts', 'scripts/prepare.mjs'];
const HEAD = '// Part of a small tree.\n';

// Apart from the text that imports it, so that this file does not import it itself.
const OTHER = `'../../shared/core/src/two.ts'`;

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  'services/shared/core': ['schemas'],
  'services/shared/platform': ['core'],
  'services/comparator': ['core', 'platform'],
  'services/archiver': ['core', 'platform'],
  'services/standalone': ['comparator', 'archiver', 'platform'],
  'services/cli': ['standalone', 'comparator', 'platform'],
};

const CLEAN: Readonly<Record<string, string>> = {
  'schemas/src/index.ts': 'export const schema = 1;\n',
  'services/shared/core/src/index.ts': `export { two } from './two.ts';\n`,
  'services/shared/core/src/two.ts': `import { schema } from '@parallax/schemas';\n\nexport const two = schema + 1;\n`,
  'services/shared/core/src/two.test.ts': `import { expect, test } from 'vitest';\nimport { two } from './two.ts';\n\ntest('two is two', () => {\n  expect(two).toBe(2);\n});\n`,
  'services/shared/platform/src/index.ts': `export { two } from '@parallax/core';\n`,
  'services/shared/platform/src/testing/index.ts': 'export const double = 2;\n',
  'services/comparator/src/index.ts': `export { limit } from './config.ts';\n`,
  'services/comparator/src/config.ts': `export const limit = process.env.LIMIT;\n`,
  'services/comparator/src/rate.ts': `import { limit } from './config.ts';\n\nexport const rate = () => limit;\n`,
  'services/comparator/src/double.test.ts': `import { double } from '@parallax/platform/testing';\nimport { expect, test } from 'vitest';\n\ntest('a test may use doubles', () => {\n  expect(double).toBe(2);\n});\n`,
  'services/archiver/src/index.ts': `export { two } from '@parallax/platform';\n`,
  'services/standalone/src/index.ts': `export { limit } from '@parallax/comparator';\n`,
  'services/cli/src/index.ts': `export { limit } from '@parallax/standalone';\n`,
};

const VIOLATIONS: readonly {
  readonly kind: string;
  readonly file: string;
  readonly text: string;
  readonly named: RegExp;
}[] = [
  {
    kind: 'a node builtin in core',
    file: 'services/shared/core/src/planted.ts',
    text: `import { readFileSync } from 'node:fs';\n\nexport const read = readFileSync;\n`,
    named: /planted\.ts.*noNodejsModules/,
  },
  {
    kind: 'the clock in core',
    file: 'services/shared/core/src/planted.ts',
    text: 'export const at = () => Date.now();\n',
    named: /planted\.ts[\s\S]*time, ids and randomness are arguments/,
  },
  {
    kind: 'a date of now in core',
    file: 'services/shared/core/src/planted.ts',
    text: 'export const at = () => new Date();\n',
    named: /planted\.ts[\s\S]*time, ids and randomness are arguments/,
  },
  {
    kind: 'randomness in core',
    file: 'services/shared/core/src/planted.ts',
    text: 'export const dice = () => Math.random();\n',
    named: /planted\.ts[\s\S]*time, ids and randomness are arguments/,
  },
  ...[
    'process.pid',
    `Buffer.from('')`,
    'performance.now()',
    `fetch('')`,
    'setTimeout(() => {}, 1)',
    'crypto.randomUUID()',
  ].map((expression) => ({
    kind: `${expression} in core`,
    file: 'services/shared/core/src/planted.ts',
    text: `export const planted = () => ${expression};\n`,
    named: /planted\.ts.*noRestrictedGlobals/,
  })),
  {
    kind: 'a service importing a service',
    file: 'services/archiver/src/planted.ts',
    text: `export { limit } from '@parallax/comparator';\n`,
    named: /archiver\/src\/planted\.ts:2: a service may not import another service/,
  },
  {
    kind: 'standalone importing the command line',
    file: 'services/standalone/src/planted.ts',
    text: `export { limit } from '@parallax/cli';\n`,
    named: /planted\.ts:2: a service may not import another service: standalone imports @parallax\/cli/,
  },
  {
    kind: 'core importing platform',
    file: 'services/shared/core/src/planted.ts',
    text: `export { two } from '@parallax/platform';\n`,
    named: /planted\.ts:2: core may not import @parallax\/platform/,
  },
  {
    kind: 'platform importing a service',
    file: 'services/shared/platform/src/planted.ts',
    text: `export { limit } from '@parallax/comparator';\n`,
    named: /planted\.ts:2: platform may not import @parallax\/comparator/,
  },
  {
    kind: 'schemas importing core',
    file: 'schemas/src/planted.ts',
    text: `export { two } from '@parallax/core';\n`,
    named: /planted\.ts:2: schemas may not import @parallax\/core/,
  },
  {
    kind: 'an import past a door',
    file: 'services/comparator/src/planted.ts',
    text: `export { two } from '@parallax/core/src/two.ts';\n`,
    named: /planted\.ts:2: .*goes past the door of @parallax\/core/,
  },
  {
    kind: 'a relative path into another package',
    file: 'services/comparator/src/planted.ts',
    text: `export const late = () => import(${OTHER});\n`,
    named: /planted\.ts:2: .*leaves the package/,
  },
  {
    kind: 'a package that is not declared',
    file: 'services/comparator/src/planted.ts',
    text: `export { parse } from 'yaml';\n`,
    named: /planted\.ts:2: yaml is not among the dependencies/,
  },
  {
    kind: 'a double for tests in what is shipped',
    file: 'services/comparator/src/planted.ts',
    text: `export { double } from '@parallax/platform/testing';\n`,
    named: /planted\.ts:2: .*holds doubles for tests/,
  },
  {
    kind: 'a test tool in what is shipped',
    file: 'services/comparator/src/planted.ts',
    text: `export { expect } from 'vitest';\n`,
    named: /planted\.ts:2: vitest is for tests/,
  },
  {
    kind: 'an import cycle',
    file: 'services/comparator/src/config.ts',
    text: `import { rate } from './rate.ts';\n\nexport const limit = () => rate();\n`,
    named: /config\.ts.*noImportCycles/,
  },
  {
    kind: 'process.env outside config.ts and main.ts',
    file: 'services/comparator/src/planted.ts',
    text: 'export const home = process.env.HOME;\n',
    named: /planted\.ts.*noProcessEnv/,
  },
  {
    kind: 'the environment under another name',
    file: 'services/comparator/src/planted.ts',
    text: 'const { env } = process;\n\nexport const home = env.HOME;\n',
    named: /planted\.ts[\s\S]*only main\.ts and config\.ts see the environment/,
  },
  {
    kind: 'a builtin without its prefix',
    file: 'services/comparator/src/planted.ts',
    text: `import { readFileSync } from 'fs';\n\nexport const read = readFileSync;\n`,
    named: /planted\.ts.*useNodejsImportProtocol/,
  },
];

let tree = '';

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'parallax-boundaries-'));
  for (const file of SHARED_FILES) cpSync(join(repository, file), join(tree, file), { recursive: true });
  linkModules();
  for (const [folder, dependencies] of Object.entries(PACKAGES)) plantPackage(folder, dependencies);
  for (const [file, text] of Object.entries(CLEAN)) write(file, HEAD + text);
});

afterAll(() => {
  rmSync(tree, { recursive: true, force: true });
});

test('a clean tree passes', () => {
  const { status, output } = check();
  expect(output).toContain('2 passed');
  expect(status).toBe(0);
});

test.for(VIOLATIONS)('$kind fails the check, which names it', ({ file, text, named }) => {
  write(file, HEAD + text);
  const { status, output } = check();
  const clean = CLEAN[file];
  if (clean === undefined) rmSync(join(tree, file));
  else write(file, HEAD + clean);
  expect(output).toMatch(named);
  expect(status).not.toBe(0);
});

function check(): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'check'], {
    cwd: tree,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  return { status, output: stdout + stderr };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), text);
}

function plantPackage(folder: string, dependencies: readonly string[]): void {
  const name = `@parallax/${folder.split('/').at(-1)}`;
  const exports = {
    '.': './src/index.ts',
    ...(name === '@parallax/platform' ? { './testing': './src/testing/index.ts' } : {}),
  };
  const manifest = {
    name,
    version: '0.1.0',
    type: 'module',
    exports,
    dependencies: Object.fromEntries(dependencies.map((other) => [`@parallax/${other}`, '0.1.0'])),
  };
  write(`${folder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  symlinkSync(join(tree, folder), join(tree, 'node_modules', name));
}

/** The repository's own modules, but for the workspace's packages: those are the small tree's. */
function linkModules(): void {
  mkdirSync(join(tree, 'node_modules/@parallax'), { recursive: true });
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (name === '@parallax' || name === '.cache') continue;
    symlinkSync(join(repository, 'node_modules', name), join(tree, 'node_modules', name));
  }
}
