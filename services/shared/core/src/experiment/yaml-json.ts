// A part of a YAML text as JSON text, numbers as they are written: a JavaScript number would round the long ones.
import { type Document, isAlias, isMap, isScalar, isSeq } from 'yaml';

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const YAML_DECIMAL = /^([-+]?)0*([0-9]*)(?:\.([0-9]*))?([eE][-+]?[0-9]+)?$/;
/** Characters; anchors within anchors can make a small text a huge document. */
const LONGEST = 1_048_576;

export type YamlJson =
  | { readonly kind: 'ok'; readonly json: string }
  /** Not JSON: told as a sentence. */
  | { readonly kind: 'none'; readonly why: string };

class NoJson extends Error {}

export function yamlJson(node: unknown, document: Document): YamlJson {
  const parts: string[] = [];
  let length = 0;
  const put = (text: string): void => {
    length += text.length;
    if (length > LONGEST) throw new NoJson('It is too large: at most 1,048,576 characters of JSON.');
    parts.push(text);
  };
  // Texts are nested at most 100 deep, aliases included (yaml-depth.ts).
  const write = (written: unknown): void => {
    const at = isAlias(written) ? written.resolve(document) : written;
    if (isMap(at)) {
      at.items.forEach((pair, index) => {
        put(`${index === 0 ? '{' : ','}${JSON.stringify(String(isScalar(pair.key) ? pair.key.value : pair.key))}:`);
        write(pair.value);
      });
      put(at.items.length === 0 ? '{}' : '}');
    } else if (isSeq(at)) {
      at.items.forEach((item, index) => {
        put(index === 0 ? '[' : ',');
        write(item);
      });
      put(at.items.length === 0 ? '[]' : ']');
    } else if (isScalar(at)) {
      put(typeof at.value === 'number' ? numberText(at.source ?? '') : JSON.stringify(at.value));
    } else put('null');
  };
  try {
    write(node);
  } catch (error) {
    if (error instanceof NoJson) return { kind: 'none', why: error.message };
    throw error;
  }
  return { kind: 'ok', json: parts.join('') };
}

/** `+1`, `.5`, `007` and `0x1F` are numbers in YAML and not in JSON. */
function numberText(source: string): string {
  if (JSON_NUMBER.test(source)) return source;
  if (/^0[xo]/.test(source)) return String(BigInt(source));
  const [, sign, whole, fraction, exponent] = YAML_DECIMAL.exec(source) ?? [];
  if (whole === undefined) throw new NoJson(`JSON has no number ${source}.`);
  return `${sign === '-' ? '-' : ''}${whole || '0'}${fraction ? `.${fraction}` : ''}${exponent ?? ''}`;
}
