// The certificate of a secure listener: made anew for each cluster by the keytool that every Java brings along.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface KeyStore {
  readonly file: string;
  readonly password: string;
  /** PEM: what clients must trust. */
  readonly ca: string;
}

const PASSWORD = 'of-a-test';

export async function makeKeyStore(folder: string): Promise<KeyStore> {
  const file = join(folder, 'listener.p12');
  const keytool = (args: readonly string[]) =>
    promisify(execFile)('keytool', [...args, '-alias', 'listener', '-keystore', file, '-storepass', PASSWORD]);
  await keytool([
    ...['-genkeypair', '-keyalg', 'EC', '-groupname', 'secp256r1', '-storetype', 'PKCS12', '-validity', '2'],
    ...['-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1,dns:localhost', '-ext', 'bc=ca:true'],
  ]);
  const { stdout } = await keytool(['-exportcert', '-rfc']);
  return { file, password: PASSWORD, ca: stdout };
}
