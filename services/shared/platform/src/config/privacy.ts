// The keyed hash behind `privacy: hmac`: HMAC-SHA-256 (RFC 2104, FIPS 180-4), truncated to 128 bits as RFC 2104 §5 allows.
import { createHmac } from 'node:crypto';
import { type Experiment, Fault, type Mac, usesMac } from '@parallax/core';

const BYTES = 16;

export function macFor(key: string): Mac {
  return (text) => createHmac('sha256', key).update(text, 'utf8').digest().subarray(0, BYTES).toString('hex');
}

/**
 * What an experiment masks with; undefined where it needs no key.
 * @param key as PRIVACY_KEY_OPTION gives it; '' when there is none
 * @throws Fault `privacy-key-missing`
 */
export function openMac({ name, privacy }: Experiment, key: string): Mac | undefined {
  if (privacy === undefined || !usesMac(privacy)) return undefined;
  if (key !== '') return macFor(key);
  throw new Fault(`The experiment ${name} masks values by hmac, and there is no key`, {
    code: 'privacy-key-missing',
    cure: 'Set PARALLAX_PRIVACY_KEY, or PARALLAX_PRIVACY_KEY_FILE to the path of a file that holds it; `openssl rand -hex 32` makes one. Or write drop for hmac.',
  });
}
