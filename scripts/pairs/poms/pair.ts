// XML to JSON: xml2js against fast-xml-parser, over the build files of Apache Maven.
import { XMLParser } from 'fast-xml-parser';
import { parseStringPromise } from 'xml2js';
import { documentsIn } from '../documents.ts';
import { dropLast, edit, upper } from '../edit.ts';
import type { Pair } from '../pair.ts';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  attributesGroupName: 'attributes',
  ignoreDeclaration: true,
});

export const poms: Pair = {
  name: 'poms',
  about: 'xml2js → fast-xml-parser, build files of Apache Maven',
  documents: documentsIn('poms'),
  legacy: (text) => parseStringPromise(text, { explicitArray: false }),
  candidate: (text) => parser.parse(text),
  regressions: [
    {
      about: 'the last of several dependencies is lost',
      plant: (value) => edit(value, ['project', 'dependencies', 'dependency'], (list) => dropLast(list)),
    },
    { about: 'a name has another case', plant: (value) => edit(value, ['project', 'name'], upper) },
    {
      about: 'the namespace is lost',
      plant: (value) => edit(value, ['project', 'attributes', 'xmlns'], () => undefined),
    },
    {
      about: 'the version of the parent is another',
      plant: (value) => edit(value, ['project', 'parent', 'version'], (version) => `${String(version)}.1`),
    },
  ],
};
