// A record's place in the file: the id of its part and its offset in one integer, exact as a double.
//
// 2^32 offsets in a partition, 2^21 partitions in the life of a file.
export const OFFSETS = 2 ** 32;

export function placeOf(part: number, offset: number): number {
  return part * OFFSETS + Math.min(Math.max(0, offset), OFFSETS);
}

export function offsetOf(place: number): number {
  return place % OFFSETS;
}

/** The place just behind the last one of a part. */
export function behind(part: number): number {
  return (part + 1) * OFFSETS;
}
