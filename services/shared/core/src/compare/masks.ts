// Masks: what is stored and shown of documents, instead of what stood in them. Made once per plan; without `privacy` there
// are none, and nothing is asked of them before two values differ.
import { Fault } from '../fault.ts';
import { canonicalText } from '../json/canonical.ts';
import { Parser } from '../json/parse.ts';
import { stringOf } from '../json/strings.ts';
import { ARRAY, ESCAPED, OBJECT, STRING, type Tape } from '../json/tape.ts';
import { LONGEST, textOf } from '../json/text.ts';
import { isUtf8 } from '../json/utf8.ts';
import { shown } from './bytes-text.ts';
import { type MaskMarks, type MaskState, MaskStates } from './mask-states.ts';
import { type Place, type StepTexts, stepText } from './place.ts';
import type { Mac, MaskPattern, PrivacySpec } from './privacy.ts';

/** What stands for a dropped value: a JSON string; and for the name of a member inside one. */
const DROPPED = 'dropped';
/** Deeper members of a container that is masked in places only are left out. */
const DEEPEST = 100;
const INDEX = /^(?:0|[1-9][0-9]*)$/;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class Masks implements StepTexts {
  private readonly spec: PrivacySpec;
  private readonly root: MaskState;
  private readonly mac: Mac;

  constructor(spec: PrivacySpec, patterns: readonly MaskPattern[], mac: Mac | undefined, marks?: MaskMarks) {
    this.spec = spec;
    this.root = new MaskStates(
      patterns,
      spec.paths.map(({ action }) => action),
      spec.default,
      marks,
    ).root;
    this.mac = mac ?? missingKey;
  }

  /** How a value is reached from its parent, the name masked where it lies inside a masked value. */
  step(up: Place | undefined, keys: Tape | undefined, at: number): string {
    if (keys === undefined || up === undefined) return stepText(up, keys, at);
    const state = this.below(up, keys, at);
    return state.hidesName ? `/${this.name(stringOf(keys, at), state)}` : stepText(up, keys, at);
  }

  /** What holds at a value reached from `up`. */
  below(up: Place | undefined, keys: Tape | undefined, at: number): MaskState {
    if (up === undefined) return this.root;
    return keys === undefined ? this.at(up).element() : this.at(up).member(stringOf(keys, at));
  }

  /** JSON text of a node, masked; as `textOf` gives it where nothing in it is. */
  value(tape: Tape, node: number, state: MaskState, parts = 0): string {
    if (state.isClear) return textOf(tape, node, parts);
    if (state.isWhole) return this.whole(tape, node, state);
    const text = this.partly(tape, node, state, 0, { left: LONGEST });
    return text.length <= LONGEST ? text : JSON.stringify(`${text.slice(0, 200)}…`);
  }

  /** A member that was moved by a rename: where it was, and its JSON text. */
  moved(pointer: string, text: string): { readonly path: string; readonly value: string } {
    let state = this.root;
    let path = '';
    for (const escaped of pointer.split('/').slice(1)) {
      const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
      // From a pointer alone names of digits cannot be told from indexes: what masks more is meant.
      const [member, element] = [state.member(name), INDEX.test(name) ? state.element() : undefined];
      state = element === undefined || element.isClear ? member : element;
      path += `/${member.hidesName && element === undefined ? this.name(name, member) : escaped}`;
    }
    return { path, value: this.document(new TextEncoder().encode(text), state) ?? JSON.stringify(DROPPED) };
  }

  /** A record's key, or one value of the header of this name, as JSON text. */
  part(bytes: Uint8Array, header?: string): string {
    const { key = this.spec.default, headers } = this.spec;
    const action = header === undefined ? key : Object.hasOwn(headers, header) ? headers[header] : this.spec.default;
    if (action === 'keep') return shown(bytes);
    return action === 'hmac' ? this.hashed(bytesText(bytes)) : JSON.stringify(DROPPED);
  }

  /** What may be shown of a payload: masked JSON text; undefined where it cannot be read, so that nothing may. */
  preview(payload: Uint8Array): string | undefined {
    return this.root.isClear ? shown(payload) : this.document(payload, this.root);
  }

  private document(bytes: Uint8Array, state: MaskState): string | undefined {
    const parser = new Parser();
    if (parser.parse(bytes, 10_000) !== 'ok' || parser.tape.duplicateKeys) return undefined;
    return this.value(parser.tape, 0, state);
  }

  private at(place: Place): MaskState {
    const unknown: Place[] = [];
    let known: Place | undefined = place;
    for (; known !== undefined && known.mask === undefined; known = known.up) unknown.push(known);
    let state = known?.mask ?? this.root;
    for (let i = unknown.length - 1; i >= 0; i--) {
      const next = unknown[i] as Place;
      if (next.up !== undefined)
        state = next.keys === undefined ? state.element() : state.member(stringOf(next.keys, next.at));
      next.mask = state;
    }
    return state;
  }

  private whole(tape: Tape, node: number, { action }: MaskState): string {
    return action === 'drop' ? JSON.stringify(DROPPED) : this.hashed(canonicalText(tape, node));
  }

  private hashed(text: string): string {
    return JSON.stringify(`hmac:${this.mac(text)}`);
  }

  private name(name: string, { action }: MaskState): string {
    return action === 'hmac' ? `hmac:${this.mac(JSON.stringify(name))}` : DROPPED;
  }

  /** A value that is shown or masked as one. */
  private simple(tape: Tape, node: number, state: MaskState): string {
    if (state.action !== 'keep') return this.whole(tape, node, state);
    const isString = tape.kind[node] === STRING || tape.kind[node] === ESCAPED;
    return isString && state.isPacked && !state.isClear ? JSON.stringify(DROPPED) : textOf(tape, node);
  }

  /** A container with masked and shown places in it. */
  private partly(tape: Tape, node: number, state: MaskState, depth: number, room: { left: number }): string {
    const kind = tape.kind[node] as number;
    if (state.isClear || state.isWhole || kind < ARRAY) {
      const text = this.simple(tape, node, state);
      room.left -= text.length;
      return text;
    }
    if (depth === DEEPEST) return '"…"';
    const parts: string[] = [];
    const end = tape.next[node] as number;
    if (kind === OBJECT) {
      for (let key = node + 1; key < end && room.left >= 0; key = tape.next[key + 1] as number) {
        const name = stringOf(tape, key);
        const below = state.member(name);
        const label = JSON.stringify(below.hidesName ? this.name(name, below) : name);
        room.left -= label.length + 2;
        parts.push(`${label}:${this.partly(tape, key + 1, below, depth + 1, room)}`);
      }
      return `{${parts.join(',')}}`;
    }
    for (let at = node + 1; at < end && room.left >= 0; at = tape.next[at] as number) {
      room.left--;
      parts.push(this.partly(tape, at, state.element(), depth + 1, room));
    }
    return `[${parts.join(',')}]`;
  }
}

/** As the JSON string of the text, so that a header and a member of one value are masked alike. */
function bytesText(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return JSON.stringify(decoder.decode(bytes));
  return `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function missingKey(): never {
  throw new Fault('Values are to be masked by hmac, and there is no key', { code: 'privacy-key-missing' });
}
