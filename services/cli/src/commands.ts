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
    name: 'check',
    summary: 'check an experiment file without connecting to anything',
    load: async () => (await import('./commands/check.ts')).checkCommand(),
  },
];
