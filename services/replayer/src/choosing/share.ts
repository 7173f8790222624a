// A share of entities: chosen by a hash of the entity alone, so that it is the same share every time, and nested.
import { digestBytes, Fault } from '@parallax/core';

/** So that what is sampled elsewhere by the same digest is another sample. */
const SEED = 0x51a2e;
const WHOLE = 2 ** 32;

/** 0 to 1. @throws Fault `bad-arguments` */
export function parseShare(text: string): number {
  const percent = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text)?.[1];
  const share = percent === undefined ? Number.NaN : Number(`${percent}e-2`);
  if (share > 0 && share <= 1) return share;
  throw new Fault(`--share is '${text}'.`, {
    code: 'bad-arguments',
    cure: 'Give a percentage above 0%, such as 1% or 0.5%.',
  });
}

/** Whoever is in 1 % is in 5 %. */
export function isInShare(entity: Uint8Array, share: number): boolean {
  return Number.parseInt(digestBytes(entity, SEED).slice(0, 8), 16) < share * WHOLE;
}
