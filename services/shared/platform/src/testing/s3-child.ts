// A process of its own that stores objects on S3, for tests that kill it: "stored KEY" for each that is acknowledged.
//
//   node s3-child.ts s3://BUCKET/PREFIX BYTES [in-parts]      the server and its keys come from the environment
import { openArchive } from '../archive/open-archive.ts';

const [address = '', bytes = '0', mode] = process.argv.slice(2);
const AT_ONCE = 6;
const archive = openArchive(address, mode === 'in-parts' ? { multipartBytes: 0, partBytes: 5 * 1024 * 1024 } : {});
let next = 0;

async function storeForEver(): Promise<never> {
  for (;;) {
    const n = next++;
    await archive.create(`objects/${n}`, new Uint8Array(Number(bytes)).fill(n % 251));
    process.stdout.write(`stored objects/${n}\n`);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, storeForEver));
