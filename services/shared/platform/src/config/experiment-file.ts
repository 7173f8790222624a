// An experiment from a file on disk.
import { open } from 'node:fs/promises';
import { type Experiment, Fault, formatExperimentFault, type ParsedExperiment, parseExperiment } from '@parallax/core';

const LARGEST_BYTES = 4 * 1_048_576;

/**
 * Reads and checks the file.
 * @param path absolute, or relative to the folder of the process
 * @param shown how the file is called in messages; default: the path
 * @param now epoch ms, where known differences whose day has passed are faults
 * @throws Fault when the file cannot be read as text: `experiment-not-found`, `experiment-unreadable`
 */
export async function readExperiment(path: string, shown: string = path, now?: number): Promise<ParsedExperiment> {
  return parseExperiment(await readText(path, shown), shown, now);
}

/** The experiment; a Fault `experiment-invalid` with every fault of the file when it has any. See {@link readExperiment}. */
export async function loadExperiment(path: string, shown: string = path): Promise<Experiment> {
  const parsed = await readExperiment(path, shown);
  if (parsed.kind === 'ok') return parsed.experiment;
  const faults = parsed.faults.map(formatExperimentFault).join('\n');
  const count = parsed.faults.length === 1 ? 'a fault' : `${parsed.faults.length} faults`;
  throw new Fault(`The experiment has ${count}:\n${faults}`, {
    code: 'experiment-invalid',
    cure: `Mend the file; \`parallax check ${shown}\` looks at it without starting anything.`,
  });
}

async function readText(path: string, shown: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    await using file = await open(path);
    const stat = await file.stat();
    if (stat.isDirectory()) throw unreadable(shown, 'it is a directory', 'Give the YAML file itself.');
    if (stat.size > LARGEST_BYTES) {
      throw unreadable(
        shown,
        `it has ${stat.size} bytes`,
        'An experiment is a short YAML file; is this the right one?',
      );
    }
    bytes = await file.readFile();
  } catch (error) {
    throw error instanceof Fault ? error : refused(shown, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(shown, 'it is not UTF-8 text', 'Save it as UTF-8; is it the right file?', error);
  }
}

function refused(shown: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Fault(`There is no file ${shown}`, {
        code: 'experiment-not-found',
        cure: 'Give the path of an experiment file (YAML); a relative one counts from the folder you are in.',
        cause: error,
      });
    case 'EISDIR':
      return unreadable(shown, 'it is a directory', 'Give the YAML file itself.', error);
    case 'EACCES':
    case 'EPERM':
      return unreadable(shown, 'this user may not read it', 'Give this user the right to read it.', error);
    default:
      return unreadable(shown, error.message, 'Look at the file and its disk.', error);
  }
}

function unreadable(shown: string, why: string, cure: string, cause?: unknown): Fault {
  return new Fault(`Cannot read ${shown}: ${why}`, { code: 'experiment-unreadable', cure, cause });
}
