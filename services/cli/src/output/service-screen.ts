// What a person sees of a service that runs in a terminal: one line that says how far it is; warnings and errors in full; the
// log as JSON lines in a file. Off a terminal nothing of this: there the JSON lines are what is read.
import { type Fields, type Level, type OpenLogger, openLogger } from '@parallax/platform';
import { callerPath } from '../config.ts';
import { type Progress, progress } from './progress.ts';
import { say } from './terminal.ts';

/** How things stand after an event, as one line; undefined: the event says nothing of that. */
export type StandingLine = (fields: Fields) => string | undefined;

export interface ServiceScreen {
  readonly logger: OpenLogger;
  /** Before something is printed that stays. */
  clear(): void;
}

export interface ServiceScreenOptions {
  readonly service: string;
  readonly level: Level;
  readonly standing: StandingLine;
}

export function serviceScreen({ service, level, standing }: ServiceScreenOptions): ServiceScreen {
  if (process.stderr.isTTY !== true) {
    return { logger: openLogger({ service, to: 'stderr', level }), clear: () => undefined };
  }
  const file = callerPath(`.parallax/${service}.log`);
  say(`Log: ${file}`);
  const line = progress();
  return { logger: shownLogger(openLogger({ service, to: { file }, level }), line, standing, say), clear: line.done };
}

/** `logger`, with what a person must know said on the screen. */
export function shownLogger(
  logger: OpenLogger,
  line: Progress,
  standing: StandingLine,
  tell: (message: string) => void,
): OpenLogger {
  const quiet = (level: 'debug' | 'info') => (fields: Fields, message: string) => {
    logger[level](fields, message);
    const stands = standing(fields);
    if (stands !== undefined) line.update(stands);
  };
  const loud = (level: 'warn' | 'error') => (fields: Fields, message: string) => {
    logger[level](fields, message);
    line.done();
    tell(fields.err instanceof Error ? `${message}\n  ${fields.err.message}` : message);
  };
  const close = async () => {
    line.done();
    await logger.close();
  };
  return { debug: quiet('debug'), info: quiet('info'), warn: loud('warn'), error: loud('error'), close };
}
