// SQL over the archive's objects where they lie: each record once, as the reader would give it.
import { tmpdir } from 'node:os';
import { type Archive, Fault } from '@parallax/core';
import { readOnlyStatement } from '../../store/read-only.ts';
import { inspectObject } from '../describe-object.ts';
import { openArchive } from '../open-archive.ts';
import { type ArchiveProblem, type OnProblem, objectFault, objectProblem } from '../problems.ts';
import type { S3Options } from '../s3/options.ts';
import { ask } from './ask.ts';
import type { QueryReport } from './protocol.ts';
import { type PlannedRead, planOf, setupOf } from './setup.ts';
import { querySource } from './source.ts';

export interface QueryOptions {
  /** Only objects of these topics are read; default all. */
  readonly topics?: readonly string[];
  /** For what the AWS SDK's own settings should not decide. */
  readonly s3?: S3Options;
  /** Told of what is left out of the answer: objects that cannot be read, and what is missing between objects. */
  readonly onProblem?: OnProblem;
}

/** Times a question is asked again because tails gave way to what supersedes them. */
const ATTEMPTS = 3;
/** What the engine says when a file, and not the question, is at fault. */
const OF_A_FILE =
  /avro::|AVRO|in file\/uri|CANNOT_(?:READ|PARSE|DECOMPRESS|UNPACK|INFLATE)|INCORRECT_DATA|ZLIB|ZSTD|UNEXPECTED_END/;

/**
 * The rows of one statement that only reads, one JSON object each, over the table `records`: topic, partition, offset,
 * timestamp, timestampType, key, value, headers. It reads the objects there are when it is asked, and only if all of them
 * are still there afterwards is there an answer. An object the engine cannot read is set aside, and the rest asked again;
 * whether bytes are those that were written it does not check: `verify` does. Rows lie in a file under TMPDIR until then.
 * @throws Fault `store-read-only`, `archive-query-elsewhere`, `archive-query-refused`, `archive-query-engine-missing`,
 * `archive-query-space`, `archive-object-vanished`
 */
export async function* queryArchive(address: string, sql: string, options: QueryOptions = {}): AsyncGenerator<string> {
  const statement = readOnlyStatement(sql);
  const archive = openArchive(address, options.s3);
  const damaged = new Map<string, ArchiveProblem>();
  try {
    const source = await querySource(archive.address, options.s3 ?? {});
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const problems: ArchiveProblem[] = [];
      const plan = await planOf(
        archive,
        options.topics,
        (key) => damaged.has(key),
        (one) => problems.push(one),
      );
      const { report, rows, letGo } = await ask({ setup: setupOf(source, plan), sql: statement });
      try {
        if (report.kind === 'failed') {
          const found = OF_A_FILE.test(report.message) ? await damagedOf(archive, plan, report.message) : [];
          if (found.length === 0) throw refusal(report, source.secrets);
          for (const problem of found) damaged.set(problem.place, problem);
          attempt = -1;
        } else if (await isWhole(archive, plan)) {
          for (const problem of [...damaged.values(), ...problems]) options.onProblem?.(problem);
          yield* rows();
          return;
        }
      } finally {
        await letGo();
      }
    }
  } finally {
    await archive.close();
  }
  throw new Fault(`Objects of ${archive.address} vanish while they are read`, {
    code: 'archive-object-vanished',
    cure: 'See that nothing but Parallax removes objects of the archive, then ask again.',
    retryable: true,
  });
}

/** Of the object the engine names, else of all that it was to read: those that are not what they should be. */
async function damagedOf(archive: Archive, plan: readonly PlannedRead[], message: string): Promise<ArchiveProblem[]> {
  const named = plan.filter(({ key }) => message.includes(key));
  const found: ArchiveProblem[] = [];
  for (const { key } of named.length > 0 ? named : plan) {
    const fault = await faultOf(archive, key);
    if (fault !== undefined) found.push(objectProblem(key, fault));
  }
  return found;
}

async function faultOf(archive: Archive, key: string): Promise<Fault | undefined> {
  try {
    const body = await archive.read(key);
    if (body !== undefined) inspectObject(key, body);
    return undefined;
  } catch (error) {
    return objectFault(error);
  }
}

async function isWhole(archive: Archive, plan: readonly PlannedRead[]): Promise<boolean> {
  const there = new Set<string>();
  for (const prefix of ['topics/', 'tails/']) for await (const { key } of archive.list(prefix)) there.add(key);
  return plan.every(({ key }) => there.has(key));
}

function refusal({ code, message }: QueryReport & { kind: 'failed' }, secrets: readonly string[]): Fault {
  if (code === 'missing') {
    return new Fault('SQL over the archive needs the package chdb, which is not installed here', {
      code: 'archive-query-engine-missing',
      cure: 'It exists for Linux with glibc and for macOS: run `npm install` there. Any ClickHouse reads the objects too: see docs/archive.md.',
    });
  }
  if (code === 'elsewhere') {
    return new Fault(`A query reads the archive and nothing else: ${message}.`, {
      code: 'archive-query-elsewhere',
      cure: 'Ask the table `records`; to join it with other data, read the objects with a ClickHouse of your own: see docs/archive.md.',
    });
  }
  if (/^ENOSPC\b/.test(message)) {
    return new Fault(`The answer has no room in ${tmpdir()}`, {
      code: 'archive-query-space',
      cure: 'Make room there, or name another folder in TMPDIR; or ask for less at once.',
    });
  }
  const most = /MEMORY_LIMIT_EXCEEDED/.test(message) ? /maximum: (\d+)[.\d]* (\wiB)/.exec(message) : null;
  if (most !== null) {
    return new Fault(`The engine has ${most[1]} ${most[2]} of memory, and the query needs more.`, {
      code: 'archive-query-refused',
      cure: 'Ask for fewer columns, groups or rows, or of one topic with --topic. The records themselves are printed by `parallax archive cat`.',
    });
  }
  const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), message);
  return new Fault(shown.replace(/^(?:Query failed: )?(?:Code: \d+\. DB::Exception: )?/, ''), {
    code: 'archive-query-refused',
    cure: 'The table is `records`, with topic, partition, offset, timestamp, timestampType, key, value and headers. Where an object cannot be read, `parallax archive verify` says which.',
  });
}
