// Which keys the experiment file knows, and where, as its schema has them.
import type { z } from 'zod';
import { experimentFile } from './file-schema.ts';
import { NOT_BUILT_KEYS } from './not-built.ts';
import type { KeyPath } from './yaml-text.ts';

/** `rules[2].tolerance` for people. */
export function keyText(path: KeyPath): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );
}

/** The same with every place in a list written `[]`, as the list of what is not built has it. */
export function keyPattern(path: KeyPath): string {
  return keyText(path).replace(/\[\d+\]/g, '[]');
}

/** The keys of the map at the path; none where there is no map or any key goes. */
export function keysAt(path: KeyPath): readonly string[] {
  let schemas: readonly z.core.$ZodType[] = [experimentFile];
  for (const key of path) schemas = schemas.flatMap((schema) => inside(schema, key));
  return schemas.flatMap((schema) => shapeKeys(schema));
}

/** Where else in the file a key of this name may stand: `window` for `settle`. */
export function homesOf(key: string): readonly string[] {
  const homes = sectionKeys().filter((path) => path !== '' && keysAt(path.split('.')).includes(key));
  const notBuilt = Object.keys(NOT_BUILT_KEYS).filter(
    (path) => !path.includes('[') && path !== '' && NOT_BUILT_KEYS[path]?.includes(key),
  );
  return [...new Set([...homes, ...notBuilt])];
}

function sectionKeys(): readonly string[] {
  return ['', ...keysAt([]).filter((key) => keysAt([key]).length > 0)];
}

function shapeKeys(schema: z.core.$ZodType): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return Object.keys(def.shape);
    case 'optional':
    case 'default':
    case 'prefault':
      return shapeKeys(def.innerType);
    case 'union':
      return def.options.flatMap((option) => shapeKeys(option));
    default:
      return [];
  }
}

function inside(schema: z.core.$ZodType, key: string | number): readonly z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object': {
      const member = Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
      return member === undefined ? [] : [member];
    }
    case 'array':
      return typeof key === 'number' ? [def.element] : [];
    case 'optional':
    case 'default':
    case 'prefault':
      return inside(def.innerType, key);
    case 'union':
      return def.options.flatMap((option) => inside(option, key));
    default:
      return [];
  }
}
