// Faults across a thread boundary, where errors lose their class.
import { Fault } from '@parallax/core';
import type { WireFault } from './protocol.ts';

export function toWire(error: unknown): WireFault {
  const fault = error instanceof Fault ? error : undefined;
  return {
    message: error instanceof Error ? error.message : String(error),
    code: fault?.code,
    cure: fault?.cure,
    retryable: fault?.retryable ?? false,
    stack: error instanceof Error ? error.stack : undefined,
  };
}

export function fromWire({ message, code, cure, retryable, stack }: WireFault): Error {
  if (code !== undefined) return new Fault(message, { code, retryable, ...(cure === undefined ? {} : { cure }) });
  return new Error(message, { cause: stack });
}
