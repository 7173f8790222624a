// Sees an experiment file that may have faults: gives only values that are sound in themselves, so that what contradicts
// what can be told together with all other faults, and nothing is told twice.
import type { ExperimentFault, ExperimentFaultCode } from './faults.ts';
import { keyText } from './known-keys.ts';
import type { KeyPath, YamlText } from './yaml-text.ts';

export interface Finding {
  readonly path: KeyPath;
  readonly message: string;
  readonly code?: ExperimentFaultCode;
  readonly allowed?: string;
  readonly cure?: string;
}

export class SoundValues {
  private readonly yaml: YamlText;
  private readonly file: string;
  private readonly faulty: readonly string[];
  private readonly findings: ExperimentFault[] = [];

  constructor(yaml: YamlText, file: string, faults: readonly ExperimentFault[]) {
    this.yaml = yaml;
    this.file = file;
    this.faulty = faults.map((fault) => fault.key);
  }

  /** The value, undefined when it is not there or has a fault in it or in what is around it. */
  at(...path: KeyPath): unknown {
    return this.sound(path) ? this.raw(path) : undefined;
  }

  text(...path: KeyPath): string | undefined {
    const value = this.at(...path);
    return typeof value === 'string' ? value : undefined;
  }

  /** The keys of the map there, whether or not its values have faults. */
  keys(...path: KeyPath): readonly string[] {
    const value = this.raw(path);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  }

  /** How many elements the list there has, whether or not they have faults. */
  count(...path: KeyPath): number {
    const value = this.raw(path);
    return Array.isArray(value) ? value.length : 0;
  }

  sound(path: KeyPath): boolean {
    const key = keyText(path);
    const inside = (outer: string, inner: string) =>
      inner === outer || (outer !== '' && (inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`)));
    return !this.faulty.some((faulty) => inside(key, faulty) || inside(faulty, key));
  }

  report({ path, message, code = 'contradiction', allowed, cure }: Finding): void {
    const value = this.yaml.written(path);
    this.findings.push({
      code,
      file: this.file,
      ...this.yaml.placeOfKey(path),
      key: keyText(path),
      message,
      ...(value === undefined ? {} : { value }),
      ...(allowed === undefined ? {} : { allowed }),
      ...(cure === undefined ? {} : { cure }),
    });
  }

  reported(): readonly ExperimentFault[] {
    return this.findings;
  }

  private raw(path: KeyPath): unknown {
    let value = this.yaml.data;
    for (const key of path) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = Object.getOwnPropertyDescriptor(value, key)?.value;
    }
    return value;
  }
}
