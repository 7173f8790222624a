// One GET of JSON over HTTP or HTTPS, with limits on time and size.
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

export interface Answer {
  readonly status: number;
  /** Parsed; undefined where the body is no JSON. */
  readonly body: unknown;
}

export interface Asking {
  /** Value of the header Authorization; '' for none. */
  readonly authorization: string;
  /** PEM; '' for what Node trusts. */
  readonly ca: string;
  readonly timeoutMs: number;
  /** A longer body ends the request. */
  readonly mostBytes: number;
}

/** Rejects with the connection's error, or an Error that names the limit. */
export function ask(url: string, { authorization, ca, timeoutMs, mostBytes }: Asking): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const signal = AbortSignal.timeout(timeoutMs);
  const headers = {
    accept: 'application/vnd.schemaregistry.v1+json, application/json',
    ...(authorization === '' ? {} : { authorization }),
  };
  const isSecure = url.startsWith('https:');
  const options = { headers, signal, ...(isSecure && ca !== '' ? { ca } : {}) };
  const request = (isSecure ? overHttps : overHttp)(url, options, (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBytes) request.destroy(new Error(`the answer has more than ${mostBytes} bytes`));
      else chunks.push(chunk);
    });
    response.on('error', reject);
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks)) }));
  });
  request.on('error', (error) => {
    reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`, { cause: error }) : error);
  });
  request.end();
  return promise;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
