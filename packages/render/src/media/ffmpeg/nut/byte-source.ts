/** Bytes of a stream, taken in pieces of any size. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #head: Buffer = Buffer.alloc(0);
  #isEnded = false;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** At least `least` bytes that are not taken yet; fewer only at the end of the stream. */
  async peek(least: number): Promise<Buffer> {
    while (this.#head.length < least && !this.#isEnded) {
      const chunk = await this.#pull();
      if (chunk !== undefined) this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    }
    return this.#head;
  }

  /** Takes bytes that `peek` showed. */
  skip(byteLength: number): void {
    this.#head = this.#head.subarray(byteLength);
  }

  /** Fills `target`; false when the stream ends before. */
  async fill(target: Uint8Array): Promise<boolean> {
    let done = 0;
    while (done < target.length) {
      if (this.#head.length === 0) {
        const chunk = await this.#pull();
        if (chunk === undefined) return false;
        this.#head = chunk;
      }
      const part = this.#head.subarray(0, target.length - done);
      target.set(part, done);
      done += part.length;
      this.#head = this.#head.subarray(part.length);
    }
    return true;
  }

  async #pull(): Promise<Buffer | undefined> {
    if (this.#isEnded) return undefined;
    const { value, done } = await this.#chunks.next();
    if (done !== true) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.#isEnded = true;
    return undefined;
  }
}
