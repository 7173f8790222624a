// The schema registries of an experiment: whether they are there, and let us in.
import { SIDES } from '@parallax/core';
import type { OpenedSchemas, Registry } from '@parallax/platform';
import type { Check } from './finding.ts';

export function registryChecks(schemas: OpenedSchemas): readonly Check[] {
  const registries = new Map<string, Registry>();
  for (const side of SIDES) {
    const registry = schemas[side]?.registry;
    if (registry !== undefined) registries.set(registry.address, registry);
  }
  return [...registries.values()].map((registry): Check => {
    return {
      area: 'records',
      what: `The schema registry ${registry.address}`,
      look: async () => {
        await registry.check();
        return [{ area: 'records', level: 'ok', says: `The schema registry ${registry.address} answers.` }];
      },
    };
  });
}
