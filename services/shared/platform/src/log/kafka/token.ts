// Where an OAUTHBEARER token comes from: an endpoint asked with the client credentials grant, or a file someone renews.
import { readFile } from 'node:fs/promises';
import { Fault } from '@parallax/core';

const ANSWER_MS = 10_000;
/** A token is asked anew this long before it runs out, or at three quarters of its life if that is shorter. */
const SPARE_MS = 30_000;

interface TokenSource {
  readonly logUser?: string;
  readonly logPassword?: string;
  readonly logTokenUrl?: string;
  readonly logTokenScope?: string;
  readonly logTokenFile?: string;
}

/**
 * Called by the client whenever a connection authenticates: at its start and before the broker ends its session.
 * Rejects with a retryable Fault `log-token` that holds neither secret nor token.
 */
export function tokenFrom(source: TokenSource, clock: () => number = Date.now): () => Promise<{ value: string }> {
  const file = source.logTokenFile;
  if (file) return async () => ({ value: await fromFile(file) });
  let kept: { readonly value: string; readonly until: number } | undefined;
  let asking: Promise<{ value: string }> | undefined;
  const ask = async (): Promise<{ value: string }> => {
    const { token, lifeMs } = await fromEndpoint(source);
    kept = { value: token, until: clock() + lifeMs - Math.min(SPARE_MS, lifeMs / 4) };
    return { value: token };
  };
  return async () => {
    if (kept !== undefined && clock() < kept.until) return { value: kept.value };
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

async function fromFile(path: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw tokenFault(`The token file ${path} (PARALLAX_LOG_TOKEN_FILE) cannot be read`, cause);
  }
  if (token === '') throw tokenFault(`The token file ${path} (PARALLAX_LOG_TOKEN_FILE) is empty`);
  return token;
}

async function fromEndpoint(source: TokenSource): Promise<{ token: string; lifeMs: number }> {
  const { logTokenUrl = '', logUser = '', logPassword = '', logTokenScope } = source;
  const where = `The token endpoint ${withoutQuery(logTokenUrl)} (PARALLAX_LOG_TOKEN_URL)`;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (logTokenScope) form.set('scope', logTokenScope);
  // RFC 6749, 2.3.1: id and secret are form-encoded before they go into the header.
  const basic = Buffer.from(`${encodeURIComponent(logUser)}:${encodeURIComponent(logPassword)}`).toString('base64');
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(logTokenUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, accept: 'application/json' },
      body: form,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    body = await answer.json().catch(() => undefined);
  } catch (cause) {
    throw tokenFault(`${where} cannot be reached`, cause);
  }
  const { access_token: token, expires_in: seconds, error } = Object(body);
  if (!answer.ok || typeof token !== 'string') {
    const said = typeof error === 'string' ? ` (${error.slice(0, 100)})` : '';
    throw tokenFault(`${where} answered ${answer.status}${said} and gave no token`);
  }
  return { token, lifeMs: (typeof seconds === 'number' && seconds > 0 ? seconds : 300) * 1_000 };
}

function withoutQuery(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'that is no URL' : `${parsed.origin}${parsed.pathname}`;
}

function tokenFault(message: string, cause?: unknown): Fault {
  return new Fault(`${message}.`, {
    code: 'log-token',
    cure: 'Check the address or file, the client id (PARALLAX_LOG_USER) and its secret (PARALLAX_LOG_PASSWORD).',
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  });
}
