// A lock that the operating system gives back however its holder ends.
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/**
 * Takes the exclusive lock of a file, which it makes: SQLite's own file lock, which is released by close, exit and SIGKILL
 * alike (a file with a process id in it would outlive its owner).
 * @returns a function that gives it back, or undefined when another process holds it
 */
export function lockFile(file: string): (() => void) | undefined {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return () => database.close();
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}
