/**
 * Times that stand for packets on their way through a decoder. They ascend as the packets' own times do, none is negative
 * and no two are the same, so each picture that comes back is known, whatever its time was.
 */
export class TimeLabels<T> {
  readonly #waiting = new Map<number, T>();
  #firstTicks: number | undefined;

  /** A label for something at `ticks`. */
  add(ticks: number, facts: T): number {
    this.#firstTicks ??= ticks;
    let label = Math.max(0, (ticks - this.#firstTicks + margin) * spacing);
    while (this.#waiting.has(label)) label++;
    this.#waiting.set(label, facts);
    if (this.#waiting.size > maxWaiting) this.#waiting.delete(this.#waiting.keys().next().value ?? label);
    return label;
  }

  /** What a label stands for; `undefined` for one that never was, or was taken already. */
  take(label: number): T | undefined {
    const facts = this.#waiting.get(label);
    this.#waiting.delete(label);
    return facts;
  }

  /** The time that a label was made from. */
  ticksOf(label: number): number {
    return Math.floor(label / spacing) - margin + (this.#firstTicks ?? 0);
  }
}

/** Ticks by which a packet may come before the first one that was sent. */
const margin = 2 ** 24;

/** Labels between two ticks. */
const spacing = 4;

/** Packets that lead to no picture are forgotten after so many more; decoders hold back a hundred at most. */
const maxWaiting = 2048;
