// What the environment says about the servers of tests.

/** `PARALLAX_TEST_SERVERS=containers|jars`; without it containers where an engine answers, and jars elsewhere. */
export function serversFrom(): 'containers' | 'jars' | undefined {
  const asked = process.env.PARALLAX_TEST_SERVERS;
  return asked === 'containers' || asked === 'jars' ? asked : undefined;
}

/** `REQUIRE_SERVERS=1`: a server that cannot be had is a failure, not a skip. */
export function serversRequired(): boolean {
  const asked = process.env.REQUIRE_SERVERS ?? '';
  return asked !== '' && asked !== '0';
}
