// When a record was written, where the record itself does not tell: `--time` names a moment, or the place of one.
import { compileCorrelation, Fault, type Header, parseSource } from '@parallax/core';

/** Epoch milliseconds. @throws Fault `import-no-time` */
export type TimeOf = (
  record: { readonly key: Uint8Array | null; readonly value: Uint8Array | null; readonly headers: readonly Header[] },
  place: string,
) => number;

const CURE =
  'Give --time path:/createdAt or --time header:NAME, where it stands (ISO 8601 or epoch ms), or one moment for all such as --time 2026-01-31T00:00:00Z.';

/** @param given a moment, `path:/…` or `header:…`; undefined: every record must tell its own. @throws Fault `bad-arguments` */
export function timeOf(given: string | undefined): TimeOf {
  if (given === undefined) {
    return (_, place) => {
      throw noTime(`${place}: the record has no timestamp`);
    };
  }
  if (!/^(path|header):/.test(given)) {
    const moment = asTime(given);
    if (moment !== undefined) return () => moment;
    throw new Fault(`--time is '${given}'`, { code: 'bad-arguments', cure: CURE });
  }
  const source = parseSource(given);
  if (source === undefined) throw new Fault(`--time is '${given}'`, { code: 'bad-arguments', cure: CURE });
  const find = compileCorrelation([[source]]);
  return (record, place) => {
    const found = find(record);
    const time = found.kind === 'id' ? asTime(found.id) : undefined;
    if (time === undefined) throw noTime(`${place}: ${given} holds no time`);
    return time;
  };
}

function asTime(text: string): number | undefined {
  const time = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isSafeInteger(time) ? time : undefined;
}

function noTime(what: string): Fault {
  return new Fault(what, { code: 'import-no-time', cure: CURE });
}
