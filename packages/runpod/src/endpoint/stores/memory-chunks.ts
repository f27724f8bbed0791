import type { JsonText } from "./job-record.js";

/** Streamed chunks of one job. */
export interface Chunks {
  /** False when `maxBytes` are kept already. A number that came before is kept once, and no error. */
  add(chunk: { readonly output: JsonText; readonly sequence?: number; readonly maxBytes: number }): boolean;
  /** Takes what was not taken yet: by number, and what has none in the order of its arrival after that. */
  drain(): readonly JsonText[];
}

/** Chunks in memory. The numbers of those that were taken are remembered, so that one sent again is not given twice. */
export function createChunks(): Chunks {
  let waiting: { readonly output: JsonText; readonly sequence: number }[] = [];
  let byteLength = 0;
  const numbers = new Set<number>();
  return {
    add({ output, sequence, maxBytes }) {
      if (sequence !== undefined && numbers.has(sequence)) return true;
      if (byteLength >= maxBytes) return false;
      if (sequence !== undefined) numbers.add(sequence);
      waiting.push({ output, sequence: sequence ?? Number.MAX_VALUE });
      byteLength += Buffer.byteLength(output);
      return true;
    },
    drain() {
      const outputs = waiting.sort((one, other) => one.sequence - other.sequence).map(({ output }) => output);
      waiting = [];
      byteLength = 0;
      return outputs;
    },
  };
}
