// Spares KafkaJS's request queues a timer with each request, which Node 24 also complains of (TimeoutNegativeWarning).
//
// They look for requests held back after each one sent, at a time that lies in the past unless the broker throttles. All
// clients share the class, so it is changed there; nothing else of it is.
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const CHANGED = Symbol.for('parallax: looks only where something is held back');

/** Safe to call any number of times. */
export function spareIdleTimers(): void {
  const prototype: { [CHANGED]?: true } & RequestQueue = RequestQueue.prototype;
  if (prototype[CHANGED] === true) return;
  prototype[CHANGED] = true;
  const look = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) look.call(this);
  };
}
