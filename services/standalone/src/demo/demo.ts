// The demo from its first line to its last: opens its folder, tells the live part, feeds the backlog to build B, and says
// how to look further.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { type Experiment, Fault, formatDuration } from '@parallax/core';
import {
  type Lifecycle,
  type LogAccess,
  loadExperiment,
  lockFile,
  openArchive,
  openLog,
  openLogger,
  openStore,
  openTelemetry,
  type StoreAccess,
  systemClock,
  withoutPassword,
} from '@parallax/platform';
import { type RunAnswer, readAnswer, readFindings } from './answers.ts';
import { readFaultPlan } from './build/config.ts';
import { closingCommands } from './commands.ts';
import { type DemoDocument, findDocuments, packagesFolder } from './documents.ts';
import { type FaultPlan, faultPlan } from './faults.ts';
import { namesOf } from './names.ts';
import { type DemoPorts, tellLive } from './pipeline.ts';
import { feedBuildB, replayed } from './second-build.ts';
import {
  type DemoAddresses,
  type DemoFolders,
  DOCUMENTS,
  demoFolders,
  EXPERIMENT_FILE,
  FAULTY_SHARE,
  PARTITIONS,
  PER_SECOND,
  REPLAY_RUN,
  SEED,
  SYSTEMS,
} from './settings.ts';
import { readSideBySide } from './side-by-side.ts';
import { readState, writeState } from './state.ts';
import { faultsBlock, ledgerBlock, signaturesBlock, verdictBlock } from './story/answer.ts';
import { closing, sideBySide } from './story/builds.ts';
import { opening } from './story/opening.ts';
import { Screen } from './story/screen.ts';

export interface DemoSettings {
  /** Absolute. */
  readonly folder: string;
  /** The folder the person is in: what is printed counts from there. */
  readonly here: string;
  readonly fresh: boolean;
  readonly noColor: string | undefined;
  /** A file that is told when the first verdict was on the screen, as JSON. */
  readonly timings: string | undefined;
  /** What lies elsewhere than in the folder, and how it is reached. */
  readonly elsewhere: DemoAddresses;
  readonly access: LogAccess & StoreAccess;
  /** The variables by which the demo's systems reach the log as this process does. */
  readonly logVariables: Readonly<Record<string, string>>;
}

/** As a shell tells of SIGINT. */
const INTERRUPTED = 130;

/** Resolves with the exit code: 0 once the whole story has been told. */
export async function runDemo(life: Lifecycle, settings: DemoSettings): Promise<number> {
  try {
    await tellDemo(life, settings);
    return 0;
  } catch (error) {
    // Once it was told to stop, whatever was under way fails in its own way, and none of it is news.
    if (!life.signal.aborted) throw error;
    return INTERRUPTED;
  }
}

async function tellDemo(life: Lifecycle, settings: DemoSettings): Promise<void> {
  const began = performance.now();
  const folders = demoFolders(settings.folder, settings.elsewhere);
  if (settings.fresh) checkFolderOnly(settings.elsewhere);
  takeFolder(life, folders.root);
  if (settings.fresh) rmSync(folders.root, { recursive: true, force: true });
  mkdirSync(folders.root, { recursive: true });
  const experiment = await loadExperiment(EXPERIMENT_FILE);
  const documents = findDocuments(packagesFolder()).slice(0, DOCUMENTS);
  const plan = planFor(folders, documents, experiment);
  const screen = new Screen({ stream: process.stdout, noColor: settings.noColor, now: () => performance.now() });
  const names = namesOf(experiment);
  const ports = await openPorts(life, folders, settings.access);
  for (const topic of [names.input, names.legacy, names.candidate]) {
    await ports.log.ensureTopic({ topic, partitions: PARTITIONS });
  }
  const isTold = readState(folders.state).phase === 'told';
  const already = await countEvents(ports, names.input);
  screen.say(
    opening({ ...openingOf(experiment, documents, plan), already, ...shownPaths(settings, folders) }, screen.paint),
  );

  const around = { ...ports, experiment, run: 'live', topics: { legacy: names.legacy, candidate: names.candidate } };
  if (!isTold) {
    await tellLive(ports, {
      experiment,
      documents,
      plan,
      folders,
      access: settings.logVariables,
      screen,
      began,
      signal: life.signal,
      own: (name, release) => life.own(name, release),
      now: () => performance.now(),
      sleep: (ms, signal) => systemClock.sleep(ms, signal),
      onFirstVerdict: (ms) => {
        if (settings.timings === undefined) return;
        writeFileSync(settings.timings, JSON.stringify({ firstVerdictMs: Math.round(ms) }));
      },
    });
  }
  const a = await readAnswer(around, 'build A, live', performance.now() - began);
  screen.say(answerLines(a, screen));
  screen.say(faultsBlock(await readFindings(around, plan), screen.paint));

  if (!isTold) {
    const access = settings.logVariables;
    await feedBuildB(life, ports, { experiment, screen, access, now: () => performance.now() });
    writeState(folders.state, { ...readState(folders.state), phase: 'told' });
  }
  const topics = { legacy: replayed(names.legacy), candidate: replayed(names.candidate) };
  const b = await readAnswer(
    { ...around, run: REPLAY_RUN, topics },
    `build B, fed the backlog as run ${REPLAY_RUN}`,
    performance.now() - began,
  );
  screen.say(answerLines(b, screen));
  const compared = await readSideBySide(ports.store, experiment, a.verdict.outcomes, b.verdict.outcomes);
  screen.say(sideBySide(compared, screen.paint));
  const example = compared.remaining.examples[0] ?? compared.fixed.examples[0];
  const commands = closingCommands(
    experiment.name,
    folders,
    example?.document ?? documents[0]?.path ?? '',
    settings.here,
  );
  screen.say(closing(commands, screen.paint));
}

/** One demo a folder: `--fresh` must not empty it under another's feet. The lock lies beside it, for it outlives it. */
function takeFolder(life: Lifecycle, root: string): void {
  mkdirSync(dirname(root), { recursive: true });
  const release = lockFile(`${root}.lock`);
  if (release === undefined) {
    throw new Fault(`Another demo is running in ${root}.`, {
      code: 'demo-running',
      cure: 'Wait until it ends, or stop it with Ctrl-C.',
    });
  }
  life.own("the demo's folder", release);
}

/** Topics, tables and objects on servers may be others' too: they are not emptied by the way. */
function checkFolderOnly({ log, store, archive }: DemoAddresses): void {
  const servers = [log, store, archive].filter((address) => address !== undefined);
  if (servers.length === 0) return;
  throw new Fault(`--fresh empties the demo's folder only, not ${servers.map(withoutPassword).join(', ')}.`, {
    code: 'usage',
    cure: 'Leave --fresh out, or give the demo another database and prefix, and remove its topics by your own means.',
  });
}

async function openPorts(life: Lifecycle, folders: DemoFolders, access: DemoSettings['access']): Promise<DemoPorts> {
  const logger = life.use('the logger', openLogger({ service: 'demo', to: { file: folders.logs } }));
  const log = life.use('the event log', await openLog(folders.log, access));
  const store = life.use('the divergence store', await openStore(folders.store, access));
  await life.start('the tables', () => store.migrate());
  const archive = life.use('the archive', openArchive(folders.archive));
  return { log, store, archive, telemetry: (part) => openTelemetry(part, logger) };
}

/** Drawn once and kept, so that a second start looks for the same faults even if the packages have changed meanwhile. */
function planFor(folders: DemoFolders, documents: readonly DemoDocument[], { window }: Experiment): FaultPlan {
  const kept = existsSync(folders.faults) ? readFaultPlan(folders.faults) : undefined;
  if (kept !== undefined) return kept;
  const first = documents.slice(0, Math.ceil(documents.length * FAULTY_SHARE)).map(({ path }) => path);
  const plan = faultPlan({ seed: SEED, documents: first, settleMs: window.settleMs, deadlineMs: window.deadlineMs });
  writeFileSync(folders.faults, JSON.stringify(plan));
  return plan;
}

function openingOf({ question, window }: Experiment, documents: readonly DemoDocument[], plan: FaultPlan) {
  return {
    question: question ?? '',
    documents: documents.length,
    bytes: documents.reduce((sum, { bytes }) => sum + bytes, 0),
    perSecond: PER_SECOND,
    legacy: SYSTEMS.legacy,
    buildA: SYSTEMS.a,
    buildB: SYSTEMS.b,
    settle: formatDuration(window.settleMs),
    deadline: formatDuration(window.deadlineMs),
    plan,
  };
}

function shownPaths({ here }: DemoSettings, folders: DemoFolders): { folder: string; experimentFile: string } {
  return { folder: relative(here, folders.root) || '.', experimentFile: relative(here, EXPERIMENT_FILE) };
}

async function countEvents({ log }: DemoPorts, topic: string): Promise<number> {
  return (await log.extents([topic])).reduce((sum, { start, end }) => sum + end - start, 0);
}

function answerLines({ verdict, ledger, signatures, diverged }: RunAnswer, { paint }: Screen): string[] {
  return [
    ...verdictBlock(verdict, paint),
    ...ledgerBlock(ledger, paint),
    ...signaturesBlock(signatures, diverged, paint),
  ];
}
