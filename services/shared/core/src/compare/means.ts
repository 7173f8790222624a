// What a comparison needs from outside the experiment file, given when it is compiled: core has no keys and no clock.
import type { Mac } from './privacy.ts';

export interface Means {
  /** Needed where the experiment masks by hmac. */
  readonly mac?: Mac;
}
