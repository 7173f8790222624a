// Tells of events that could not be read: the first few of each topic and reason aloud, the rest quietly.
import type { Join } from '@parallax/core';
import type { Telemetry } from '@parallax/platform';
import { eventUnreadable } from './events.ts';
import type { Sides } from './sides.ts';

const LOUD = 5;

export class UnreadableEvents {
  readonly #sides: Sides;
  readonly #telemetry: Telemetry;
  readonly #told = new Map<string, number>();

  constructor(sides: Sides, telemetry: Telemetry) {
    this.#sides = sides;
    this.#telemetry = telemetry;
  }

  tell(join: Join): void {
    const { output, partition } = join.config;
    for (const event of join.takeUnreadable()) {
      const topic = this.#sides.topic(output, event.side);
      const kind = `${event.column} ${topic}`;
      const told = (this.#told.get(kind) ?? 0) + 1;
      this.#told.set(kind, told);
      this.#telemetry.record(eventUnreadable({ output, partition }, topic, event, told <= LOUD));
    }
  }
}
