// CSV to JSON: csv-parse against Papa Parse, over runways of the world's airports.
import { parse } from 'csv-parse/sync';
import Papa from 'papaparse';
import { textIn } from '../documents.ts';
import { edit } from '../edit.ts';
import type { Pair } from '../pair.ts';

const [header = '', ...rows] = textIn('runways', 'documents.csv').trimEnd().split('\n');

export const runways: Pair = {
  name: 'runways',
  about: 'csv-parse → Papa Parse, runways of airports',
  documents: rows.map((row) => ({ id: `runway-${row.slice(0, row.indexOf(','))}`, text: `${header}\n${row}\n` })),
  legacy: (text) => parse(text, { columns: true })[0],
  candidate: (text) => Papa.parse(text, { header: true, dynamicTyping: true, skipEmptyLines: true }).data[0],
  regressions: [
    { about: 'a length is in metres', plant: (value) => edit(value, ['length_ft'], metres) },
    { about: 'a latitude has lost its last digit', plant: (value) => edit(value, ['le_latitude_deg'], shorter) },
    { about: 'a length that is not known is 0', plant: (value) => edit(value, ['length_ft'], (length) => length ?? 0) },
    {
      about: 'a closed runway is open',
      plant: (value) => edit(value, ['closed'], (closed) => (closed === 1 ? 0 : closed)),
    },
    { about: 'the designator is that of the other end', plant: otherEnd },
  ],
};

function metres(feet: unknown): unknown {
  return typeof feet === 'number' && feet !== 0 ? Math.round(feet * 0.3048) : feet;
}

function shorter(value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(String(value).slice(0, -1)) : value;
}

function otherEnd(value: unknown): unknown {
  const { le_ident, he_ident } = value as { le_ident: unknown; he_ident: unknown };
  // Where a designator has lost its zero its type is what is known, and not looked at.
  return typeof le_ident === 'string' && typeof he_ident === 'string'
    ? edit(
        edit(value, ['le_ident'], () => he_ident),
        ['he_ident'],
        () => le_ident,
      )
    : value;
}
