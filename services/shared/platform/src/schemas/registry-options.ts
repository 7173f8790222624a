// How a service logs in to schema registries: never by the experiment file or the command line.
import { option, text } from '../config/options.ts';

export const REGISTRY_OPTIONS = {
  registryUser: option({
    name: 'registryUser',
    env: 'PARALLAX_REGISTRY_USER',
    doc: 'user (or API key) of the schema registries of the experiment, with PARALLAX_REGISTRY_PASSWORD',
    default: '',
    parse: text,
  }),
  registryPassword: option({
    name: 'registryPassword',
    env: 'PARALLAX_REGISTRY_PASSWORD',
    doc: 'password (or API secret) of that user',
    default: '',
    secret: true,
    parse: text,
  }),
  registryToken: option({
    name: 'registryToken',
    env: 'PARALLAX_REGISTRY_TOKEN',
    doc: 'bearer token for the schema registries, instead of a user',
    default: '',
    secret: true,
    parse: text,
  }),
  registryCa: option({
    name: 'registryCa',
    env: 'PARALLAX_REGISTRY_CA',
    doc: "PEM of the authority that signed the registries' certificates; without it, those Node trusts",
    default: '',
    parse: (value) => {
      if (/-----BEGIN CERTIFICATE-----/.test(value)) return value;
      throw new Error('PEM (-----BEGIN CERTIFICATE-----); PARALLAX_REGISTRY_CA_FILE names a file that holds it');
    },
  }),
} as const;

/** As {@link REGISTRY_OPTIONS} are read; '' where nothing is set. */
export interface RegistryAccess {
  readonly registryUser: string;
  readonly registryPassword: string;
  readonly registryToken: string;
  readonly registryCa: string;
}

export const NO_ACCESS: RegistryAccess = { registryUser: '', registryPassword: '', registryToken: '', registryCa: '' };
