import { readSync } from "node:fs";

/** The library asks for up to 256 MB at once and copies them twice; a 200 MB file read whole cost 670 MB, in slices 300. */
const maxSliceBytes = 4 * 1024 * 1024;

/**
 * What the library takes for a browser's `Blob`: a range of an open file. Only what is asked for is read.
 * @see `FileRangeReader`, which reads it.
 */
export class FileBlob {
  readonly type = "";
  readonly descriptor: number;
  readonly start: number;
  readonly end: number;

  constructor(descriptor: number, start: number, end: number) {
    this.descriptor = descriptor;
    this.start = start;
    this.end = end;
  }

  /** Bytes. */
  get size(): number {
    return this.end - this.start;
  }

  /** As `Blob.slice()` for numbers that are not negative, but short: the library reads on where a read ended. */
  slice(from = 0, to = this.size): FileBlob {
    return new FileBlob(this.descriptor, this.#at(from), this.#at(Math.min(to, from + maxSliceBytes)));
  }

  #at(offset: number): number {
    return this.start + Math.min(offset, this.size);
  }
}

/** A blob without a byte. */
export const emptyBlob: FileBlob = new FileBlob(-1, 0, 0);

/** What the library takes for a browser's `FileReaderSync`. Put into the global scope of its own thread only. */
export class FileRangeReader {
  /** The bytes of a range; fewer when the file has become shorter. */
  readAsArrayBuffer({ descriptor, start, size }: FileBlob): ArrayBuffer {
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const count = readSync(descriptor, bytes, filled, size - filled, start + filled);
      if (count === 0) return bytes.buffer.slice(0, filled);
      filled += count;
    }
    return bytes.buffer;
  }
}
