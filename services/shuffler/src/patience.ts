// Waiting for a log or a registry that is down: told of, and tried again until it answers or this is stopped.
import { type Clock, retrying, type Telemetry } from '@parallax/platform';
import { logBack, logUnavailable, registryBack, registryUnreachable } from './events.ts';

export type Patiently = <T>(work: () => Promise<T>) => Promise<T>;

export interface Patience {
  readonly patiently: Patiently;
  readonly patientlyWithRegistry: Patiently;
}

export function patience(clock: Clock, stopping: AbortSignal, telemetry: Telemetry): Patience {
  return {
    patiently: (work) =>
      retrying(work, {
        clock,
        stopping,
        onFailure: (error, attempt, retryMs) => telemetry.record(logUnavailable(error, attempt, retryMs)),
        onBack: (attempts) => telemetry.record(logBack(attempts)),
      }),
    patientlyWithRegistry: (work) =>
      retrying(work, {
        clock,
        stopping,
        onFailure: (error, attempt, retryMs) => telemetry.record(registryUnreachable(error, attempt, retryMs)),
        onBack: (attempts) => telemetry.record(registryBack(attempts)),
      }),
  };
}
