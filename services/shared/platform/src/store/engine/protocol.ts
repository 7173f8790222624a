// What the engine process and the processes that use it agree on.
import type { Endpoint } from '../endpoint.ts';

/** The database that holds the tables. */
export const ENGINE_DATABASE = 'parallax';

/** A client names its process in the User-Agent, so that the engine can tell its parent from others who still use it. */
export const USER_AGENT_PREFIX = 'parallax-';

/** What the parent says when it needs its engine no more. The engine answers whether it leaves at once. */
export const RELEASE = 'release';

export type EngineReport =
  | { readonly kind: 'ready'; readonly endpoint: Endpoint }
  | { readonly kind: 'leaving' | 'staying' }
  | { readonly kind: 'locked' }
  /** `missing`: the engine's library is not installed; `failed`: anything else. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };
