// Chaos for as long as is asked: `npm run soak -- --minutes 10 --seed 7`. Prints what it does and whether rows, ledger and
// archive are as the oracle says; a run that fails says how to repeat it.
import { parseArgs } from 'node:util';
import { startClickHouse, startS3 } from '@parallax/platform/testing';
import { runChaos } from './chaos/run.ts';

const USAGE = `usage: npm run soak [-- --minutes 10] [--seed N] [--rate 60]
  Three Kafka brokers, an S3 server and ClickHouse, up to four comparators and an archiver, under load; at random brokers
  are killed, restarted and paused, processes join, leave, are killed and stand still for a minute, and the store fails.`;
const FROZEN_MS = 60_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    rate: { type: 'string', default: '60' },
    help: { type: 'boolean', short: 'h' },
  },
});
const [minutes, seed, rate] = [values.minutes, values.seed ?? String(Date.now() % 1_000_000), values.rate].map(Number);
const isSound = [minutes, seed, rate].every((number) => number !== undefined && Number.isFinite(number) && number >= 0);
if (values.help || !isSound || minutes === undefined || seed === undefined || rate === undefined) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(values.help ? 0 : 2);
}

const began = performance.now();
const tell = (line: string): void => {
  const seconds = String(Math.round((performance.now() - began) / 1_000)).padStart(5);
  process.stderr.write(`${seconds} s  ${line}\n`);
};

tell(`seed ${seed}, ${minutes} minutes, ${rate} ids a second`);
const [s3, clickhouse] = await Promise.all([startS3({ tell }), startClickHouse()]);
try {
  const report = await runChaos(
    { s3, clickhouse },
    {
      seed,
      env: process.env,
      perSecond: rate,
      frozenMs: FROZEN_MS,
      actions: { untilMs: minutes * 60_000 },
      tell,
    },
  );
  const slowest = Math.max(0, ...report.recoveries.map(({ ms }) => ms));
  const did = Map.groupBy(report.recoveries, ({ action }) => action);
  for (const [action, times] of did) {
    const most = (Math.max(...times.map(({ ms }) => ms)) / 1_000).toFixed(1);
    tell(`${action}: went on ${times.length} times, within ${most} s`);
  }
  const counts = `${report.ids} ids, ${report.events} events acknowledged, ${report.pairs} pairs`;
  tell(`${counts}; went on within ${(slowest / 1_000).toFixed(1)} s each time`);
  if (report.wrong.length === 0) tell('rows, ledger and archive are as the oracle says');
  else {
    for (const line of report.wrong) tell(line);
    tell(`NOT as the oracle says. To repeat: npm run soak -- --minutes ${minutes} --seed ${seed} --rate ${rate}`);
    process.exitCode = 1;
  }
} catch (error) {
  tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  tell(`To repeat: npm run soak -- --minutes ${minutes} --seed ${seed} --rate ${rate}`);
  process.exitCode = 1;
} finally {
  await Promise.all([s3.stop(), clickhouse.stop()]);
}
