// Checks who may import whom, which a linter that sees one file at a time cannot: run by `npm run check`.
//
// schemas <- core <- platform <- services, and each package through its door only. Two services gather the others:
// `standalone` runs them in one process, `cli` calls them.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';

const SCOPE = '@parallax/';
const GATHERERS: Readonly<Record<string, readonly string[]>> = { standalone: ['cli'], cli: [] };
const LIBRARIES = ['schemas', 'core', 'platform'];
const TEST_TOOLS = ['vitest', 'fast-check', 'testcontainers'];
// Static ones start a line (the formatter sees to it), so that a string that quotes one is none.
const IMPORT =
  /^\s*(?:import|export)\b[^'"`;=()]*\bfrom\s*'([^'\n]+)'|^\s*import\s*'([^'\n]+)'|\bimport\(\s*'([^'\n]+)'/gm;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

interface Package {
  /** Short name: what follows the scope. */
  readonly name: string;
  readonly folder: string;
  readonly dependencies: readonly string[];
}

interface Import {
  readonly file: string;
  readonly line: number;
  readonly target: string;
}

/** Every violation under `root` as `file:line: what and why`, in the order of the files. */
export function violations(root: string): readonly string[] {
  return packages(root).flatMap((own) =>
    sources(own.folder).flatMap((file) =>
      imports(file).flatMap((found) => {
        const complaint = judge(own, found);
        return complaint === undefined ? [] : [`${relative(root, file)}:${found.line}: ${complaint}`];
      }),
    ),
  );
}

function judge(own: Package, { file, target }: Import): string | undefined {
  const test = isTest(own, file);
  if (target.startsWith('.')) return judgeRelative(own, file, target, test);
  if (target.startsWith('node:') || builtinModules.includes(target)) return undefined;
  const [first = '', second = ''] = target.split('/');
  const packageName = target.startsWith('@') ? `${first}/${second}` : first;
  if (!test && TEST_TOOLS.includes(packageName)) return `${target} is for tests: what is shipped does without it`;
  if (packageName.startsWith(SCOPE)) {
    const complaint = judgePackage(own, packageName.slice(SCOPE.length), target, test);
    if (complaint !== undefined) return complaint;
  }
  if (!test && own.name !== 'scripts' && !own.dependencies.includes(packageName)) {
    return `${packageName} is not among the dependencies of ${join(own.folder, 'package.json')}`;
  }
  return undefined;
}

function judgeRelative(own: Package, file: string, target: string, test: boolean): string | undefined {
  const path = relative(own.folder, resolve(dirname(file), target));
  if (path.startsWith('..')) return `${target} leaves the package: import another package through its door`;
  if (!test && path.split(sep).includes('testing'))
    return `${target} is a double for tests: what is shipped does without it`;
  return undefined;
}

function judgePackage(own: Package, other: string, target: string, test: boolean): string | undefined {
  const subpath = target.slice(SCOPE.length + other.length);
  if (subpath === '/testing' && !test) return `${target} holds doubles for tests: what is shipped does without it`;
  if (subpath !== '' && subpath !== '/testing') return `${target} goes past the door of ${SCOPE}${other}`;
  if (own.name === 'scripts') return undefined;
  if (other === own.name) return `${target} is this package itself: import the file relatively`;
  const level = LIBRARIES.indexOf(own.name);
  const otherLevel = LIBRARIES.indexOf(other);
  if (level >= 0) {
    const below = otherLevel >= 0 && otherLevel < level;
    return below ? undefined : `${own.name} may not import ${target}: schemas <- core <- platform <- services`;
  }
  if (otherLevel >= 0) return undefined;
  const refused = GATHERERS[own.name];
  if (refused !== undefined && !refused.includes(other)) return undefined;
  return `a service may not import another service: ${own.name} imports ${target}`;
}

/** Scripts count as tests: they may measure and simulate with doubles. */
function isTest(own: Package, file: string): boolean {
  return (
    own.name === 'scripts' || file.endsWith('.test.ts') || relative(own.folder, file).split(sep).includes('testing')
  );
}

function packages(root: string): readonly Package[] {
  const children = (folder: string) => readdirSync(join(root, folder)).map((name) => join(folder, name));
  const folders = ['schemas', ...children('services'), ...children('services/shared')];
  const found = folders.flatMap((path) => {
    const folder = join(root, path);
    const manifest = readManifest(join(folder, 'package.json'));
    return manifest === undefined ? [] : [{ ...manifest, folder }];
  });
  return [...found, { name: 'scripts', folder: join(root, 'scripts'), dependencies: [] }];
}

function readManifest(file: string): { name: string; dependencies: string[] } | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const manifest: { name: string; dependencies?: object; optionalDependencies?: object } = JSON.parse(text);
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  return { name: manifest.name.slice(SCOPE.length), dependencies };
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sources(path);
      return /\.[mc]?[tj]s$/.test(entry.name) ? [path] : [];
    });
}

function imports(file: string): readonly Import[] {
  const blank = (comment: string) => comment.replace(/[^\n]/g, ' ');
  const text = readFileSync(file, 'utf8').replace(COMMENT, blank);
  return [...text.matchAll(IMPORT)].map((match) => ({
    file,
    line: text.slice(0, match.index + match[0].length).split('\n').length,
    target: match[1] ?? match[2] ?? match[3] ?? '',
  }));
}

if (import.meta.main) {
  const found = violations(process.cwd());
  for (const violation of found) process.stdout.write(`${violation}\n`);
  if (found.length > 0) process.stdout.write(`${found.length} imports cross a boundary (see scripts/README.md)\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
