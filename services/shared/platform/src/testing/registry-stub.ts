// A schema registry on loopback that behaves as Confluent's does for those who register and look schemas up: numbers that
// never change, versions, references, GUIDs, its own 404s, logins; and that can be down.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface NewSchema {
  readonly schema: string;
  readonly schemaType?: string;
  readonly references?: readonly { readonly name: string; readonly subject: string; readonly version: number }[];
}

export interface RegistryStub {
  readonly url: string;
  /** The schema's number. */
  register(subject: string, schema: NewSchema): number;
  guidOf(id: number): string;
  /** Questions answered or refused so far, by path. */
  readonly asked: readonly string[];
  /** `hang up`: connections are cut; a number: the status of every answer. */
  failure: 'hang up' | number | undefined;
  stop(): Promise<void>;
}

/** @param login as `user:password`, or a bearer token; default: everybody may come */
export async function registryStub(login?: {
  readonly basic?: string;
  readonly token?: string;
}): Promise<RegistryStub> {
  const schemas: NewSchema[] = [];
  const subjects = new Map<string, number[]>();
  const asked: string[] = [];
  const wanted =
    login === undefined
      ? undefined
      : login.token === undefined
        ? `Basic ${Buffer.from(login.basic ?? '').toString('base64')}`
        : `Bearer ${login.token}`;
  const stub: { failure: RegistryStub['failure'] } = { failure: undefined };
  const guidOf = (id: number) => {
    const hex = createHash('md5')
      .update(JSON.stringify(schemas[id - 1]))
      .digest('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
  const find = (path: string): unknown => {
    const [, kind, name = '', , version] = path.split('/').map(decodeURIComponent);
    if (path === '/schemas/types') return ['JSON', 'PROTOBUF', 'AVRO'];
    if (kind === 'subjects') {
      const id = subjects.get(name)?.[Number(version) - 1];
      return id === undefined ? undefined : { subject: name, version: Number(version), id, ...schemas[id - 1] };
    }
    const wantedSchema = path.split('/')[3] ?? '';
    if (name === 'ids') return schemas[Number(wantedSchema) - 1];
    return schemas.find((_, index) => guidOf(index + 1) === wantedSchema);
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '';
    asked.push(path);
    const send = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' });
      response.end(JSON.stringify(body));
    };
    if (stub.failure === 'hang up') request.socket.destroy();
    else if (stub.failure !== undefined) send(stub.failure, { error_code: stub.failure * 100 + 1, message: 'down' });
    else if (wanted !== undefined && request.headers.authorization !== wanted) send(401, { error_code: 40101 });
    else {
      const found = find(path);
      if (found === undefined) send(404, { error_code: 40403, message: 'Schema not found' });
      else send(200, found);
    }
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(stub, {
    url: `http://127.0.0.1:${port}`,
    asked,
    guidOf,
    register(subject: string, schema: NewSchema) {
      const known = schemas.findIndex((one) => JSON.stringify(one) === JSON.stringify(schema));
      const id = known < 0 ? schemas.push(schema) : known + 1;
      const versions = subjects.get(subject) ?? [];
      if (!versions.includes(id)) subjects.set(subject, [...versions, id]);
      return id;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
