// The measured process: an archiver of two topics until it has caught up, told as one line of JSON.
//   node archive-topics.ts LOG ARCHIVE LEGACY CANDIDATE [CODEC]
//
// Timed as the bare consumer beside it is: from the first batch to the end, which here is the last object stored.
import { startArchiver } from '@parallax/archiver';
import type { EventLog } from '@parallax/core';
import { ARCHIVE_CODECS, letOldHeapGrow, openArchive, openLog, openTelemetry, Packer } from '@parallax/platform';

const [address = '', place = '', legacy = '', candidate = '', codec = 'deflate'] = process.argv.slice(2);
const silent = () => undefined;
const telemetry = openTelemetry('archiver', { debug: silent, info: silent, warn: silent, error: console.error });
// As the archiver's own process does.
letOldHeapGrow();
const log = await openLog(address);
const archive = openArchive(place);
let began = 0;
let before = process.cpuUsage();

const timed: EventLog = {
  ...log,
  topics: () => log.topics(),
  extents: (topics) => log.extents(topics),
  consume: (options, handlers) =>
    log.consume(options, {
      assigned: (generation, partitions) => handlers.assigned(generation, partitions),
      batch(batch) {
        if (began === 0) {
          began = performance.now();
          before = process.cpuUsage();
        }
        handlers.batch(batch);
      },
    }),
};
const archiver = await startArchiver(
  { log: timed, archive, telemetry },
  {
    experiment: `bench-${Date.now()}`,
    topics: [legacy, candidate],
    codec: ARCHIVE_CODECS.find((one) => one === codec) ?? 'deflate',
    packer: new Packer(),
  },
);
const { bytes } = await archiver.caughtUp();
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(before);
const peakRssBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakRssBytes, bytes })}\n`);
await archiver.stop();
await log.close();
await archive.close();
