// The one file of an embedded log: how it is laid out, opened, and told from a file that is something else.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@parallax/core';
import { asFault, integer, isBusy } from './sqlite.ts';

/** "PLOG": tells our files from other people's databases. */
const APPLICATION_ID = 0x504c4f47;
const VERSION = 1;
const OPEN_RETRY_MS = 15;
const OPEN_PATIENCE_MS = 10_000;
/** How long a statement outside the writer's own queue waits for a lock. */
export const BUSY_TIMEOUT_MS = 5_000;

// A record's place is its part's id and its offset in one integer (place.ts): the fastest key SQLite has, and one that
// it compares without touching the row. As WITHOUT ROWID with a composite key, every search that passed a row with
// overflow pages read all of them: after one record of 20 MB an append of 5,000 took nine seconds.
// `parts` outlives its topic until the records are swept away, so that a crash in between leaves nothing orphaned.
// `marks` holds the highest timestamp of each 1,024 offsets: the index for look-ups by time.
const SCHEMA = `
  CREATE TABLE topics (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
    partitions INTEGER NOT NULL, compacted INTEGER NOT NULL, timestamps TEXT NOT NULL);
  CREATE TABLE parts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, partition INTEGER NOT NULL,
    next INTEGER NOT NULL, stamp INTEGER NOT NULL,
    UNIQUE (topic, partition));
  CREATE TABLE records (
    place INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key BLOB, value BLOB, headers BLOB);
  CREATE TABLE newest (
    part INTEGER NOT NULL, key BLOB NOT NULL, place INTEGER NOT NULL,
    PRIMARY KEY (part, key)) WITHOUT ROWID;
  CREATE TABLE marks (
    part INTEGER NOT NULL, chunk INTEGER NOT NULL, highest INTEGER NOT NULL,
    PRIMARY KEY (part, chunk)) WITHOUT ROWID;
  CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
    epoch INTEGER NOT NULL, holder TEXT NOT NULL);
  CREATE TABLE commits (
    groupid INTEGER NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL,
    offset INTEGER NOT NULL, metadata TEXT NOT NULL,
    PRIMARY KEY (groupid, topic, partition)) WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
`;

/** Opens or creates the file. Blocks for up to 10 s while other processes create it. */
export function openDatabase(path: string): DatabaseSync {
  const deadline = performance.now() + OPEN_PATIENCE_MS;
  for (;;) {
    try {
      return tryOpen(path);
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw asFault(error, path);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, OPEN_RETRY_MS);
    }
  }
}

function tryOpen(path: string): DatabaseSync {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new Fault(`${path} is a folder; the event log keeps a file there.`, {
      code: 'cannot-open',
      cure: 'Move that folder away, or name another one for the log.',
    });
  }
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Before WAL, which would rewrite the header of a file that is not ours. In this order: tables and identity come in
    // one commit of whoever creates the file, so that what has tables by now has its identity as well.
    if (!isEmpty(database) && identity(database) !== APPLICATION_ID) throw foreign(path);
    // The page size only takes effect before the first page exists and before WAL. Larger than the default, so that
    // records of a few kB do not overflow their pages.
    database.exec('PRAGMA page_size = 16384');
    database.exec('PRAGMA journal_mode = WAL');
    // A resolved append survives the loss of power, not only of the process; group commit makes that affordable.
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA wal_autocheckpoint = 2000');
    database.exec('PRAGMA journal_size_limit = 67108864');
    prepareSchema(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepareSchema(database: DatabaseSync, path: string): void {
  if (identity(database) === APPLICATION_ID) {
    checkVersion(database, path);
    return;
  }
  database.exec('BEGIN IMMEDIATE');
  try {
    if (identity(database) === APPLICATION_ID) checkVersion(database, path);
    else if (!isEmpty(database)) throw foreign(path);
    else database.exec(SCHEMA);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function checkVersion(database: DatabaseSync, path: string): void {
  const version = pragma(database, 'user_version');
  if (version === VERSION) return;
  throw new Fault(`${path} has layout ${version}; this Parallax reads layout ${VERSION}.`, {
    code: 'log-version',
    cure: 'Use the Parallax that wrote it, or begin with an empty folder.',
  });
}

function foreign(path: string): Fault {
  return new Fault(`${path} is a database of something else.`, {
    code: 'log-foreign',
    cure: 'Name another folder for the event log.',
  });
}

function identity(database: DatabaseSync): number {
  return pragma(database, 'application_id');
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

function pragma(database: DatabaseSync, name: string): number {
  return integer(database.prepare(`PRAGMA ${name}`).get() ?? {}, name);
}
