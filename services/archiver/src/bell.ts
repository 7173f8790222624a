// A bell: those who wait for a condition look again each time it rings.

export class Bell {
  #next = Promise.withResolvers<void>();

  ring(): void {
    const rung = this.#next;
    this.#next = Promise.withResolvers<void>();
    rung.resolve();
  }

  /** Resolves at the next ring. */
  rung(): Promise<void> {
    return this.#next.promise;
  }
}
