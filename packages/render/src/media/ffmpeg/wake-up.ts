/** Lets any number of waiters go on whenever something has changed. */
export class WakeUp {
  #changed: Promise<void> | undefined;
  #resolve: (() => void) | undefined;

  /** Resolves at the next `call()`. */
  wait(): Promise<void> {
    this.#changed ??= new Promise((resolve) => {
      this.#resolve = resolve;
    });
    return this.#changed;
  }

  /** Wakes all that wait. */
  call(): void {
    this.#resolve?.();
    this.#changed = undefined;
    this.#resolve = undefined;
  }
}
