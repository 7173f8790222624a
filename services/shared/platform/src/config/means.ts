// What a comparison needs besides the experiment file, from this process: keys.
import type { Experiment, Means } from '@parallax/core';
import { openMac } from './privacy.ts';

/**
 * @param privacyKey the secret of `privacy: hmac`; '' where none is set
 * @throws Fault `privacy-key-missing`
 */
export function openMeans(experiment: Experiment, privacyKey: string): Means {
  const mac = openMac(experiment, privacyKey);
  return mac === undefined ? {} : { mac };
}
