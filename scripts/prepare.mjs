// The first step of every npm script: installs what package-lock.json names when it is not there yet.
// Plain JavaScript without dependencies, because nothing is installed and Node is the machine's own (20 or newer).
//
// It stands in the scripts themselves and not in prestart or pretest, which npm skips under ignore-scripts=true. What
// follows it there is `env node`: the shell has just remembered the machine's node and would not look for ours.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
// npm writes this one last, so it is the sign of a finished install.
const installed = join(modules, '.package-lock.json');
const record = join(modules, '.cache', 'install.json');
const PROGRESS_EVERY_MS = 5_000;
const NEEDED_MAJOR = 24;

function isCurrent() {
  if (!existsSync(installed)) return false;
  if (!existsSync(lock) || statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return true;
  return installedLock() === lockDigest(); // touched, by a checkout or a copy, but the same
}

function lockDigest() {
  return createHash('sha256').update(readFileSync(lock)).digest('hex');
}

function installedLock() {
  try {
    return JSON.parse(readFileSync(record, 'utf8')).lock;
  } catch {
    return undefined;
  }
}

/** Packages and bytes below node_modules; links are not followed and a file with two names counts once. */
function measure(folder) {
  let packages = 0;
  let bytes = 0;
  const counted = new Set();
  const visit = (path) => {
    let entries;
    try {
      entries = readdirSync(path, { withFileTypes: true });
    } catch {
      return; // npm has just moved it
    }
    for (const entry of entries) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      else if (entry.isFile()) {
        const stat = lstatSync(child, { throwIfNoEntry: false });
        if (stat !== undefined && !counted.has(stat.ino)) bytes += stat.size;
        if (stat !== undefined && stat.nlink > 1) counted.add(stat.ino);
        if (entry.name === 'package.json' && /node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) packages += 1;
      }
    }
  };
  visit(folder);
  return { packages, megabytes: Math.round(bytes / 1e6) };
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Resolves with the exit code and everything npm printed. */
function runNpm(onProgress) {
  const npm = process.env.npm_execpath;
  // `ci` is exact; over an existing install `install` brings the difference only.
  const args = [existsSync(installed) ? 'install' : 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = npm
    ? spawn(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const timer = setInterval(onProgress, PROGRESS_EVERY_MS);
  return new Promise((resolve) => {
    const end = (code, reason = '') => {
      clearInterval(timer);
      resolve({ code, output: output + reason });
    };
    child.on('error', (error) => end(1, String(error)));
    child.on('close', (code) => end(code ?? 1));
  });
}

/** Whether Node 24 is there for what follows: brought by its package, or this one. */
function hasNode() {
  return major >= NEEDED_MAJOR || existsSync(join(modules, '.bin', 'node'));
}

function explainNode() {
  say(
    `Parallax runs on Node ${NEEDED_MAJOR}, which the package "node" brings along, but its install script did not run`,
  );
  say('(npm blocks install scripts that are not allowed, and ignore-scripts=true blocks all of them). Either');
  say('  allow it:           npm rebuild node --ignore-scripts=false');
  say(`  or use your own:    install Node ${NEEDED_MAJOR} (https://nodejs.org) and run the same command again`);
}

async function install() {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  say('installing what Parallax needs (once; about 900 MB, mostly Node 24 and an embedded ClickHouse)');
  const { code, output } = await runNpm(() => {
    const { packages, megabytes } = measure(modules);
    say(`installing… ${packages} packages, ${megabytes} MB so far (${seconds()} s)`);
  });
  if (code !== 0) {
    say(output.trim());
    say(
      'The install failed; npm says why above. Usual causes: no network or registry, a full disk, no right to write here.',
    );
    process.exit(code);
  }
  const { packages, megabytes } = measure(modules);
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(
    record,
    `${JSON.stringify({ seconds: (Date.now() - began) / 1000, megabytes, packages, lock: lockDigest() })}\n`,
  );
  say(`installed ${packages} packages, ${megabytes} MB in ${seconds()} s`);
}

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  say(`Parallax needs Node 20 or newer to install itself; this is ${process.version}. See https://nodejs.org`);
  process.exit(1);
}
if (!isCurrent()) await install();
if (!hasNode()) {
  explainNode();
  process.exit(1);
}
