// Builds the `parallax` program for one command line: the called command in full, the others by name only.
import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { COMMANDS, type CommandEntry } from './commands.ts';
import { withExamples } from './help.ts';

/** Usage errors leave by this code, as every other trouble does; 1 is kept for DIVERGING. */
export const TROUBLE = 2;

/**
 * Nothing in it exits or writes an error by itself: `parseAsync` throws commander's CommanderError instead.
 * @param args the command line without `node` and the script
 */
export async function buildProgram(
  args: readonly string[],
  entries: readonly CommandEntry[] = COMMANDS,
): Promise<Command> {
  const program = new Command('parallax')
    .description(
      'Compares a running event-driven system with the one that will replace it: same, or better, and how sure.',
    )
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    // What follows a command is its own, `--` and all behind it, too.
    .enablePositionalOptions()
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  withExamples(program, [
    ['parallax compare legacy.ndjson candidate.ndjson', 'compare two files, no server'],
    ['parallax start experiment.yaml', 'run an experiment of your own'],
    ['parallax verdict', 'same, or better, and how sure'],
    ['parallax COMMAND --help', 'options and examples of a command'],
  ]);
  const called = calledName(args);
  for (const entry of entries) {
    const command = entry.name === called ? await entry.load() : new Command(entry.name);
    program.addCommand(adopt(command.summary(entry.summary), program));
  }
  return program;
}

/**
 * The command line for commander, which would take a query that begins with an SQL comment for an option: no option has
 * white space before its "=".
 */
export function withComments(args: readonly string[]): readonly string[] {
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  if (first !== 'sql' && !(first === 'archive' && second === 'query')) return args;
  return args.map((arg) => (/^--[^=\s]*\s/.test(arg) ? ` ${arg}` : arg));
}

function calledName(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  return first === 'help' ? second : first;
}

function adopt(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent).helpOption('-h, --help', 'show help');
  for (const child of command.commands) adopt(child, command);
  return command;
}
