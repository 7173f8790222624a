// Telemetry: one recorded event gives the log line and the counters together, so that the two never disagree.
import type { Fields, Level, Logger } from './logger.ts';

export interface TelemetryEvent {
  /** Kebab-case and stable: what tools and tests match on, and the counter's name. */
  readonly name: string;
  readonly level: Level;
  /** A sentence for a person. */
  readonly message: string;
  readonly fields?: Fields;
  /** Amounts counted beside the event itself, e.g. { records: 812, bytes: 90210 }. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Low-cardinality: an error code or an outcome, never an id. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Telemetry {
  record(event: TelemetryEvent): void;
  /** Every counter so far, by series, e.g. `archiver_object_stored_records_total{kind="full"}`. */
  counters(): ReadonlyMap<string, number>;
}

/** `service` prefixes every series. Counters live as long as the telemetry does. */
export function openTelemetry(service: string, logger: Logger): Telemetry {
  const totals = new Map<string, number>();
  return {
    record(event) {
      const base = `${service}_${event.name}`.replaceAll('-', '_');
      add(totals, `${base}_total${series(event.labels)}`, 1);
      for (const [what, amount] of Object.entries(event.counts ?? {})) {
        add(totals, `${base}_${what.replaceAll('-', '_')}_total${series(event.labels)}`, amount);
      }
      logger[event.level]({ event: event.name, ...event.labels, ...event.counts, ...event.fields }, event.message);
    },
    counters: () => totals,
  };
}

function add(totals: Map<string, number>, name: string, amount: number): void {
  totals.set(name, (totals.get(name) ?? 0) + amount);
}

function series(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? '' : `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`;
}
