// Free ports on loopback, below the range from which the system takes those of outgoing connections.
//
// A server that is killed and started again must find its port free: in the range of outgoing connections a client
// could have taken it meanwhile.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Nobody listens on them now; whoever is quicker may. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, LOOPBACK, () => probe.close(() => resolve(true)));
  });
}
