// Every command by name. A command's module is loaded only when it is called, so that help and light commands start fast.
import type { Command } from 'commander';

export interface CommandEntry {
  readonly name: string;
  /** One line, for the list in `parallax --help`. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** In the order of the help text: first what a newcomer needs. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'start',
    summary: 'run an experiment; without a file, the demo',
    load: async () => (await import('./commands/start.ts')).startCommand(),
  },
  {
    name: 'init',
    summary: 'sample two topics and write an experiment file for them',
    load: async () => (await import('./commands/init.ts')).initCommand(),
  },
  {
    name: 'doctor',
    summary: 'look at brokers, topics, rights, store and archive before a start',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
  {
    name: 'compare',
    summary: 'compare two files of events, no server',
    load: async () => (await import('./commands/compare.ts')).compareCommand(),
  },
  {
    name: 'check',
    summary: 'check an experiment file without connecting to anything',
    load: async () => (await import('./commands/check.ts')).checkCommand(),
  },
  {
    name: 'verdict',
    summary: 'same, or better, and how sure; the exit code is the answer',
    load: async () => (await import('./commands/verdict.ts')).verdictCommand(),
  },
  {
    name: 'signatures',
    summary: 'the kinds of divergence, the most frequent first, with an example each',
    load: async () => (await import('./commands/signatures.ts')).signaturesCommand(),
  },
  {
    name: 'noise',
    summary: 'tell noise from regressions by a second legacy instance, and get rules for it',
    load: async () => (await import('./commands/noise.ts')).noiseCommand(),
  },
  {
    name: 'rejudge',
    summary: 'what a change of rules would hide and reveal, on stored traffic',
    load: async () => (await import('./commands/rejudge.ts')).rejudgeCommand(),
  },
  {
    name: 'explain',
    summary: 'everything about one pair, in words',
    load: async () => (await import('./commands/explain.ts')).explainCommand(),
  },
  {
    name: 'sql',
    summary: 'ask the divergence store in SQL, read-only',
    load: async () => (await import('./commands/sql.ts')).sqlCommand(),
  },
  {
    name: 'archive',
    summary: 'the stored traffic: list, verify, print, ask, import, let go',
    load: async () => (await import('./commands/archive.ts')).archiveCommand(),
  },
  {
    name: 'replay',
    summary: 'feed stored traffic to a new build, and compare it with what legacy answered then',
    load: async () => (await import('./commands/replay.ts')).replayCommand(),
  },
  {
    name: 'runs',
    summary: 'list, show, compare and delete replays',
    load: async () => (await import('./commands/runs.ts')).runsCommand(),
  },
  {
    name: 'load',
    summary: 'how much load production produces, and what a build takes',
    load: async () => (await import('./commands/load.ts')).loadCommand(),
  },
  {
    name: 'deadletters',
    summary: 'list the events that could not be read, and read them again',
    load: async () => (await import('./commands/deadletters.ts')).deadlettersCommand(),
  },
  {
    name: 'feed',
    summary: 'put events of a file into the event log',
    load: async () => (await import('./commands/feed.ts')).feedCommand(),
  },
  {
    name: 'pipe',
    summary: 'let a program of any language be a system: lines in, lines out',
    load: async () => (await import('./commands/pipe.ts')).pipeCommand(),
  },
  {
    name: 'topics',
    summary: 'what is in the event log',
    load: async () => (await import('./commands/topics.ts')).topicsCommand(),
  },
  {
    name: 'archiver',
    summary: 'the archiver alone, as a process of its own',
    load: async () => (await import('./commands/archiver.ts')).archiverCommand(),
  },
  {
    name: 'comparator',
    summary: 'the comparator alone, as a process of its own',
    load: async () => (await import('./commands/comparator.ts')).comparatorCommand(),
  },
  {
    name: 'shuffler',
    summary: 'key a side anew by correlation id, as a process of its own',
    load: async () => (await import('./commands/shuffler.ts')).shufflerCommand(),
  },
  {
    name: 'replayer',
    summary: 'the replayer alone, as a process of its own',
    load: async () => (await import('./commands/replayer.ts')).replayerCommand(),
  },
];
