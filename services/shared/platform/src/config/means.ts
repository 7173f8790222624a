// What a comparison needs besides the experiment file, from this process: keys, and the time it starts at.
import type { Experiment, Means } from '@parallax/core';
import { openMac } from './privacy.ts';

/**
 * @param privacyKey the secret of `privacy: hmac`; '' where none is set
 * @param now epoch ms: known differences that have expired by then count again
 * @throws Fault `privacy-key-missing`
 */
export function openMeans(experiment: Experiment, privacyKey: string, now: number = Date.now()): Means {
  const mac = openMac(experiment, privacyKey);
  return mac === undefined ? { now } : { mac, now };
}
