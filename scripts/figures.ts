// Measures: `npm run figures` lists what can be measured, `npm run figures -- NAME…` prints one JSON line for each.
import { readdirSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import type { Measurement } from './figures/measurement.ts';

interface Figure {
  readonly name: string;
  /** What is measured, in one line. */
  readonly about: string;
  measure(): Promise<Measurement>;
}

const FOLDER = new URL('./figures/', import.meta.url);
// The one module there that is no figure.
const SHAPE = 'measurement.ts';
const TROUBLE = 2;

function names(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== SHAPE)
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

async function load(name: string): Promise<Figure> {
  const module: { about: string; default: () => Promise<Measurement> } = await import(
    new URL(`${name}.ts`, FOLDER).href
  );
  return { name, about: module.about, measure: module.default };
}

function machine(): string {
  const processors = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} x ${processors[0]?.model.trim()}, ${gigabytes} GB, ${platform()} ${arch()}, Node ${process.version}`;
}

async function list(): Promise<void> {
  const figures = await Promise.all(names().map(load));
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const { name, about } of figures) process.stdout.write(`${name.padEnd(width)}  ${about}\n`);
}

async function print(name: string): Promise<void> {
  process.stderr.write(`measuring ${name}…\n`);
  const { value, unit, against, ratio, runs, ...extra } = await (await load(name)).measure();
  const date = new Date().toISOString();
  // Absent members disappear in JSON; the order is the reader's.
  const line = { figure: name, value, unit, against, ratio, runs, ...extra, machine: machine(), date };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function refuseUnknown(asked: readonly string[]): boolean {
  const known = names();
  for (const name of asked.filter((candidate) => !known.includes(candidate))) {
    const near = known.filter((figure) => figure.includes(name) || name.includes(figure) || figure[0] === name[0]);
    const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : '`npm run figures` lists them.';
    process.stderr.write(`figures: there is no figure '${name}'. ${hint}\n`);
  }
  return asked.some((name) => !known.includes(name));
}

const asked = process.argv.slice(2);
if (asked.length === 0) await list();
else if (refuseUnknown(asked)) process.exitCode = TROUBLE;
else for (const name of asked) await print(name);
