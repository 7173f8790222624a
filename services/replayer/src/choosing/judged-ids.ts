// The ids of a choice by outcome or signature: read from the store when the run begins, and kept in a topic of the run's own
// from then on, so that a replay that is resumed feeds the same ids, whatever was judged since.
import { type EventLog, Fault, maskedId, type StoreReader, topicOfRun } from '@parallax/core';
import { IdTable } from '../id-table.ts';
import type { JudgedChoice } from './choice.ts';
import type { KnownIds } from './fitting.ts';

/** Where they are kept: offsets of partition 0 from `from` up to, not including, `to`. */
export interface KeptIds {
  readonly topic: string;
  readonly from: number;
  readonly to: number;
}

/** Masks ids as rows have them, where the experiment's `privacy` says so. */
export type MaskId = (id: string) => string;

const PAGE = 10_000;
/** Digests, 8 bytes each, in one record. */
const IDS_A_RECORD = 8_192;
const DIGEST_BYTES = 8;

/**
 * Memory: that of a table of ids, and a page of rows.
 * @throws Fault `run-unknown` where nothing was judged in that run, `nothing-chosen` where nothing of it fits
 */
export async function readJudgedIds(
  store: Pick<StoreReader, 'query'>,
  experiment: string,
  choice: JudgedChoice,
): Promise<IdTable> {
  const { run, outcomes = [], signatures = [] } = choice;
  const ids = new IdTable();
  let after = '';
  for (;;) {
    const rows = await store.query(
      `SELECT DISTINCT id FROM pairs
       WHERE experiment = {experiment:String} AND run = {run:String} AND state != 'provisional' AND id > {after:String}
         AND (empty({outcomes:Array(String)}) OR has({outcomes:Array(String)}, outcome))
         AND (empty({signatures:Array(String)}) OR has({signatures:Array(String)}, signature))
       ORDER BY id LIMIT ${PAGE}`,
      { experiment, run, outcomes, signatures, after },
    );
    for (const { id } of rows) ids.add(String(id), false);
    after = String(rows.at(-1)?.id ?? '');
    if (rows.length < PAGE) break;
  }
  if (ids.size > 0) return ids;
  const known = await store.query(
    'SELECT count() AS pairs FROM pairs WHERE experiment = {experiment:String} AND run = {run:String}',
    { experiment, run },
  );
  const isJudged = Number(known[0]?.pairs ?? 0) > 0;
  throw new Fault(`Run ${run} of ${experiment} has no pair ${isJudged ? 'that fits' : 'at all'}.`, {
    code: isJudged ? 'nothing-chosen' : 'run-unknown',
    cure: isJudged
      ? `\`parallax signatures ${experiment} --run ${run}\` shows what there is.`
      : `\`parallax runs ls ${experiment}\` shows the runs there are; --in names one.`,
  });
}

/** Appended behind whatever an earlier start left there: the plan says which records count. */
export async function keepIds(log: EventLog, input: string, run: string, ids: IdTable): Promise<KeptIds> {
  const topic = topicOfRun(`${input}.chosen`, run);
  await log.ensureTopic({ topic, partitions: 1 });
  const positions: number[] = [];
  let body = Buffer.alloc(0);
  const flush = async () => {
    const [position] = await log.append(topic, [{ partition: 0, key: null, value: body }]);
    if (position !== undefined) positions.push(position.offset);
    body = Buffer.alloc(0);
  };
  const digests: Buffer[] = [];
  for (const [high, low] of ids.digests()) {
    const digest = Buffer.alloc(DIGEST_BYTES);
    digest.writeUInt32BE(high, 0);
    digest.writeUInt32BE(low, 4);
    digests.push(digest);
    if (digests.length < IDS_A_RECORD) continue;
    body = Buffer.concat(digests.splice(0));
    await flush();
  }
  if (digests.length > 0) {
    body = Buffer.concat(digests);
    await flush();
  }
  return { topic, from: positions[0] ?? 0, to: (positions.at(-1) ?? -1) + 1 };
}

/** @throws Fault `run-plan-unreadable` where records of it are gone */
export async function readKeptIds(log: EventLog, { topic, from, to }: KeptIds): Promise<IdTable> {
  const ids = new IdTable();
  for (let offset = from; offset < to; ) {
    const records = await log.read(topic, 0, offset, 16);
    for (const record of records) {
      const value = Buffer.from(record.value ?? []);
      if (record.offset >= to) break;
      for (let at = 0; at + DIGEST_BYTES <= value.length; at += DIGEST_BYTES) {
        ids.addDigest(value.readUInt32BE(at), value.readUInt32BE(at + 4));
      }
    }
    const last = records.at(-1)?.offset;
    if (last === undefined) {
      throw new Fault(`The ids that were chosen are gone from ${topic}, offset ${offset}.`, {
        code: 'run-plan-unreadable',
        cure: 'Delete the run with `parallax runs delete`, and begin it again.',
      });
    }
    offset = last + 1;
  }
  return ids;
}

export function knownIds(table: IdTable, mask: MaskId | undefined): KnownIds {
  return { has: (id) => table.find(mask === undefined ? id : mask(id)) !== undefined };
}

export function masking(
  privacyId: string | undefined,
  mac: ((text: string) => string) | undefined,
): MaskId | undefined {
  return privacyId === 'hmac' && mac !== undefined ? (id) => maskedId(id, mac) : undefined;
}
