// A schema registry, by the REST interface of Confluent's, which others offer too: schemas by number and by GUID.
//
// Whatever is not a clear answer about one schema counts as "not reachable now", and is asked again: a record whose schema
// could not be asked for must wait, never be left out.
import { Fault, type SchemaKey, schemaKeyText, type WriterSchema, writerSchema } from '@parallax/core';
import { ask } from './ask.ts';
import type { RegistryAccess } from './registry-options.ts';

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;
/** References of references; a registry refuses circles, but this does not trust it. */
const MOST_REFERENCES = 1_000;

interface Registered {
  readonly schema: string;
  readonly schemaType: string;
  readonly references: readonly { readonly subject: string; readonly version: number }[];
}

export class Registry {
  /** Shown in messages; holds no secret. */
  readonly address: string;
  readonly #access: RegistryAccess;
  readonly #timeoutMs: number;

  constructor(address: string, access: RegistryAccess, timeoutMs = TIMEOUT_MS) {
    this.address = address;
    this.#access = access;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Undefined: the registry says that it has no such schema.
   * @throws Fault `registry-refused`, `registry-tls`; `registry-unreachable`, retryable
   */
  async schema(key: SchemaKey): Promise<WriterSchema | undefined> {
    if (key.kind === 'fingerprint') return undefined;
    const path = key.kind === 'id' ? `/schemas/ids/${key.id}` : `/schemas/guids/${dashed(key.guid)}`;
    const registered = await this.#registered(path, schemaKeyText(key));
    if (registered === undefined) return undefined;
    if (registered.schemaType === 'JSON') return { kind: 'json' };
    if (registered.schemaType !== 'AVRO') return { kind: 'unreadable' };
    const references: string[] = [];
    if (!(await this.#collect(registered, references, new Set()))) return { kind: 'unreadable' };
    try {
      return writerSchema(registered.schema, references);
    } catch (error) {
      if (error instanceof Fault && error.code === 'bad-schema') return { kind: 'unreadable' };
      throw error;
    }
  }

  /** Whether it is there and lets us in. @throws as {@link schema} */
  async check(): Promise<void> {
    const { status } = await this.#ask('/schemas/types');
    if (status !== 200) {
      throw this.#unreachable(`it answered ${status} to ${this.address}/schemas/types`);
    }
  }

  /** Texts of what it refers to, what they refer to before them. False where one of them is gone. */
  async #collect({ references }: Registered, texts: string[], seen: Set<string>): Promise<boolean> {
    for (const { subject, version } of references) {
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      if (seen.has(path)) continue;
      seen.add(path);
      const referred = seen.size > MOST_REFERENCES ? undefined : await this.#registered(path, `${subject} ${version}`);
      if (referred === undefined || !(await this.#collect(referred, texts, seen))) return false;
      texts.push(referred.schema);
    }
    return true;
  }

  async #registered(path: string, what: string): Promise<Registered | undefined> {
    const { status, body } = await this.#ask(path);
    const { error_code: code, schema, schemaType = 'AVRO', references = [] } = asObject(body);
    // Only a registry's own word that there is none; any other 404 comes from a wrong address or from what stands before it.
    if (status === 404 && typeof code === 'number') return undefined;
    if (status !== 200 || typeof schema !== 'string' || typeof schemaType !== 'string') {
      throw this.#unreachable(`it answered ${status} to the question for ${what}`);
    }
    return { schema, schemaType, references: referencesOf(references) };
  }

  async #ask(path: string): Promise<{ status: number; body: unknown }> {
    const { registryUser, registryPassword, registryToken, registryCa } = this.#access;
    const basic = Buffer.from(`${registryUser}:${registryPassword}`).toString('base64');
    const authorization =
      registryToken !== '' ? `Bearer ${registryToken}` : registryUser !== '' ? `Basic ${basic}` : '';
    try {
      const limits = { ca: registryCa, timeoutMs: this.#timeoutMs, mostBytes: MOST_BYTES };
      const answer = await ask(this.address + path, { authorization, ...limits });
      if (answer.status !== 401 && answer.status !== 403) return answer;
      throw new Fault(`The schema registry ${this.address} refuses us: it answered ${answer.status}`, {
        code: 'registry-refused',
        cure:
          authorization === ''
            ? 'Set PARALLAX_REGISTRY_USER and PARALLAX_REGISTRY_PASSWORD, or PARALLAX_REGISTRY_TOKEN (each also as …_FILE).'
            : 'Correct the user and password, or the token, and let them read schemas.',
      });
    } catch (error) {
      if (error instanceof Fault) throw error;
      const why = error instanceof Error ? error.message : String(error);
      if (!isAboutTls(error)) throw this.#unreachable(why, error);
      throw new Fault(`The certificate of the schema registry ${this.address} is not accepted: ${why}`, {
        code: 'registry-tls',
        cure: 'If its authority is your own, give its certificate (PEM) with PARALLAX_REGISTRY_CA_FILE; the address must name the host the certificate is for, and a port that speaks TLS.',
        cause: error,
      });
    }
  }

  #unreachable(why: string, cause?: unknown): Fault {
    return new Fault(`The schema registry ${this.address} cannot be asked: ${why}`, {
      code: 'registry-unreachable',
      cure: 'Is it running, and is `registry` the base of its Confluent-compatible interface (Apicurio: …/apis/ccompat/v7)?',
      retryable: true,
      cause,
    });
  }
}

/** What Node says of a certificate it does not trust, or of a port that does not speak TLS: waiting changes neither. */
const TLS = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO)/;

function isAboutTls(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && TLS.test(error.code);
}

function asObject(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function referencesOf(list: unknown): Registered['references'] {
  return (Array.isArray(list) ? list : []).map((one: unknown) => {
    const { subject, version } = asObject(one);
    return { subject: String(subject), version: Number(version) };
  });
}

function dashed(guid: string): string {
  return guid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
