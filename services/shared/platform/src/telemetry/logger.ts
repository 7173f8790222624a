// The logger: JSON lines to stderr or a file, written before the call returns, so that a crash loses none.
import { Fault } from '@parallax/core';
import { destination, pino, type SerializedError, stdSerializers } from 'pino';

export type Level = 'debug' | 'info' | 'warn' | 'error';
export type Fields = Readonly<Record<string, unknown>>;
type Write = (fields: Fields, message: string) => void;

export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

export interface OpenLogger extends Logger {
  close(): Promise<void>;
}

export interface LoggerOptions {
  /** Names the lines: field `service`. */
  readonly service: string;
  /** 'stderr', or a file that is appended to; its folders are made. */
  readonly to: 'stderr' | { readonly file: string };
  /** Lines below it are dropped; default 'info'. */
  readonly level?: Level;
}

/** Errors belong in the field `err`: a fault is logged with its code, cure and causes. */
export function openLogger({ service, to, level = 'info' }: LoggerOptions): OpenLogger {
  const sink = destination(to === 'stderr' ? { fd: 2, sync: true } : { dest: to.file, mkdir: true, sync: true });
  const formatters = { level: (label: string) => ({ level: label }) };
  const log = pino({ level, formatters, base: { service, pid: process.pid }, serializers: { err: describe } }, sink);
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    // fd 2 belongs to the process and stays open.
    close: async () => (to === 'stderr' ? undefined : sink.end()),
  };
}

/** A fault explains itself; only an error nobody named shows its stack. */
function describe(error: unknown): SerializedError | object {
  if (!(error instanceof Fault)) return error instanceof Error ? stdSerializers.err(error) : { message: String(error) };
  const { code, message, cure, retryable, cause } = error;
  return { code, message, cure, retryable, ...(cause === undefined ? {} : { cause: describeCause(cause) }) };
}

function describeCause(cause: unknown): object {
  if (cause instanceof Fault) return describe(cause);
  return { message: cause instanceof Error ? cause.message : String(cause) };
}
