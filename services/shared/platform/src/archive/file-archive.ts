// The archive in a folder: one file an object, created whole or not at all, never replaced.
//
// A body is written and synced under `.incoming/`, then given its name by link(2), which fails when the name is taken, and
// the folders on its way are synced. A process killed anywhere leaves at most a file in `.incoming/`, which no reader
// sees and the next writer clears away.
import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { link, mkdir, open, readdir, readFile, realpath, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Archive, type ArchiveObject, Fault } from '@parallax/core';
import { archiveFault, errorCode } from './file-faults.ts';
import { checkedKey } from './keys.ts';

const INCOMING = '.incoming';

/** Nothing is touched before the first call; the folder is made by the first create. */
export function openFileArchive(folder: string): Archive {
  const root = resolve(folder);
  const address = `file:${root}`;
  const incoming = join(root, INCOMING);
  /** Folders known to be on disk together with all above them. */
  const durable = new Set<string>();
  let cleared: Promise<void> | undefined;

  const guarded = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw archiveFault(address, doing, error);
    }
  };

  return {
    address,
    create: (key, body) =>
      guarded(`store ${checkedKey(key)}`, async () => {
        const target = join(root, key);
        await makeFolder(incoming);
        cleared ??= clearLeftovers(incoming);
        await cleared;
        const part = join(incoming, `${process.pid}-${randomUUID()}`);
        try {
          await writeDurably(part, body);
          await makeFolder(dirname(target));
          const outcome = await linkIfFree(part, target);
          // Also when the name was taken: its owner may not have come to this yet.
          await syncFolders(dirname(target), root, durable);
          return outcome;
        } finally {
          await unlink(part).catch(() => undefined);
        }
      }),
    read: (key) =>
      guarded(`read ${checkedKey(key)}`, async () => {
        try {
          // Opening a pipe would wait for its writer.
          if (!(await stat(join(root, key))).isFile()) throw noFile(key);
          return await readFile(join(root, key));
        } catch (error) {
          if (isAbsent(error)) return undefined;
          throw error;
        }
      }),
    async *list(prefix) {
      try {
        yield* walk(root, '', prefix);
      } catch (error) {
        throw archiveFault(address, `list ${prefix === '' ? 'everything' : prefix}`, error);
      }
    },
    remove: (key) =>
      guarded(`remove ${checkedKey(key)}`, async () => {
        try {
          await unlink(join(root, key));
        } catch (error) {
          if (!isAbsent(error)) throw error;
        }
      }),
    close: async () => undefined,
  };
}

/** With the folders above it. A refusal that `mkdir -p` hides behind ENOENT, as on a read-only disk, comes as what it is. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    if (!isAbsent(error)) throw error;
    const above = dirname(path);
    if (above !== path) await makeFolder(above);
    await mkdir(path).catch((refusal) => {
      if (errorCode(refusal) !== 'EEXIST') throw refusal;
    });
  }
}

async function writeDurably(path: string, body: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function linkIfFree(from: string, to: string): Promise<'created' | 'exists'> {
  try {
    await link(from, to);
    return 'created';
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return 'exists';
    throw error;
  }
}

/** A name is on disk once its folder is synced, and that folder's own name once the one above is. */
async function syncFolders(folder: string, root: string, durable: Set<string>): Promise<void> {
  await syncFolder(folder);
  if (durable.has(folder)) return;
  for (let above = folder; above !== root; ) {
    above = dirname(above);
    await syncFolder(above);
  }
  await syncFolder(dirname(root));
  durable.add(folder);
}

async function syncFolder(path: string): Promise<void> {
  let folder: Awaited<ReturnType<typeof open>>;
  try {
    folder = await open(path, 'r');
  } catch (error) {
    // The folder that holds the archive may be searchable but not readable.
    if (errorCode(error) === 'EACCES') return;
    throw error;
  }
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Parts of writers that are gone: their process has ended, or has our number but began before us. */
async function clearLeftovers(incoming: string): Promise<void> {
  const begun = Date.now() - process.uptime() * 1000;
  for (const name of await readdir(incoming)) {
    const pid = Number.parseInt(name, 10);
    const path = join(incoming, name);
    const ours = pid === process.pid;
    const left = ours ? (await stat(path).catch(() => undefined))?.mtimeMs : undefined;
    if (ours ? left !== undefined && left < begun : !isAlive(pid)) await unlink(path).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

interface Entry {
  readonly key: string;
  readonly isFolder: boolean;
}

/**
 * Depth first in the order of the keys' bytes: a folder sorts as its name with the slash that follows it in every key.
 * Links count as what they lead to, as when they are read; those that lead back to a folder above are not gone into.
 */
async function* walk(root: string, folder: string, prefix: string): AsyncGenerator<ArchiveObject> {
  const named: Entry[] = [];
  for (const entry of await entriesOf(join(root, folder))) {
    const key = `${folder}${entry.name}`;
    // Anything else of another name is not looked at.
    if (key === INCOMING || !(key.startsWith(prefix) || prefix.startsWith(`${key}/`))) continue;
    const kind = entry.isSymbolicLink() ? await behindLink(root, key) : entry;
    if (kind?.isDirectory()) named.push({ key: `${key}/`, isFolder: true });
    else if (kind?.isFile() && key.startsWith(prefix)) named.push({ key, isFolder: false });
  }
  named.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  for (const { key, isFolder } of named) {
    if (isFolder) yield* walk(root, key, prefix);
    else {
      const size = await stat(join(root, key)).catch((error) => {
        if (isAbsent(error)) return undefined;
        throw error;
      });
      if (size !== undefined) yield { key, bytes: size.size };
    }
  }
}

async function behindLink(root: string, key: string): Promise<Pick<Dirent, 'isDirectory' | 'isFile'> | undefined> {
  try {
    const kind = await stat(join(root, key));
    if (!kind.isDirectory()) return kind;
    const [target, above] = [await realpath(join(root, key)), await realpath(dirname(join(root, key)))];
    return `${above}/`.startsWith(`${target}/`) ? undefined : kind;
  } catch (error) {
    if (isAbsent(error) || errorCode(error) === 'ELOOP') return undefined;
    throw error;
  }
}

async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}

function noFile(key: string): Fault {
  return new Fault(`${key} is damaged: what stands under its name is no file`, { code: 'archive-object-damaged' });
}
