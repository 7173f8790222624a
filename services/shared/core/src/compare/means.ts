// What a comparison needs from outside the experiment file, given when it is compiled: core has no keys and no clock.
import type { Schemas } from '../formats/schemas.ts';
import type { Side } from '../outcome.ts';
import type { Mac } from './privacy.ts';
import type { RuleTally } from './rule-tally.ts';

export interface Means {
  /** Epoch ms: rules that have expired by then hold no more; absent: all hold. */
  readonly now?: number;
  /** Needed where the experiment masks by hmac. */
  readonly mac?: Mac;
  /** Of the sides whose format names schemas: what their records were written with. */
  readonly schemas?: Readonly<Partial<Record<Side, Schemas>>>;
  /** Told of what rules do, over all outputs; absent: every plan has its own. */
  readonly tally?: RuleTally;
  /** Whether events of this id are judged, by the id as it stands in the event; absent: all are. */
  readonly judges?: (id: string) => boolean;
}
