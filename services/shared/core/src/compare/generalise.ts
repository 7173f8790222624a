// From a place to the pattern of such places.

/**
 * The rule pattern that covers this place and its likes: array indexes become `*`, a literal `*` becomes `~2`. Members
 * named by digits are generalised too: from a path alone they cannot be told from indexes, and such names are ids.
 * `key:` and `header:` places stay as they are. Masked names become `*` too: one kind of difference is one pattern.
 */
export function generalise(path: string): string {
  if (!path.startsWith('/') || !/\*|\/(?:[0-9]|hmac:)/.test(path)) return path;
  return path.replaceAll('*', '~2').replace(/(?<=\/)(?:0|[1-9][0-9]*|hmac:[0-9a-f]{32})(?=\/|$)/g, '*');
}
