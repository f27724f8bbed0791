/** Reads bits of a NAL unit, most significant first, leaving out the emulation prevention bytes (00 00 03). */
export class BitReader {
  readonly #bytes: Uint8Array;
  #bit = 0;

  constructor(nal: Uint8Array) {
    const bytes: number[] = [];
    for (let at = 0; at < nal.length; at++) {
      if (at >= 2 && nal[at] === 3 && nal[at - 1] === 0 && nal[at - 2] === 0) continue;
      bytes.push(nal[at] ?? 0);
    }
    this.#bytes = Uint8Array.from(bytes);
  }

  /** Fixed number of bits, at most 31; bits past the end read as 0. */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) {
      const byte = this.#bytes[this.#bit >> 3] ?? 0;
      value = (value << 1) | ((byte >> (7 - (this.#bit & 7))) & 1);
      this.#bit++;
    }
    return value;
  }

  /** Exp-Golomb number, ue(v). */
  unsigned(): number {
    let zeros = 0;
    while (this.bits(1) === 0 && zeros < 31 && this.#bit < this.#bytes.length * 8) zeros++;
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** Signed Exp-Golomb number, se(v). */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }
}
