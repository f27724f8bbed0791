import { UnderstudyError } from "#model/errors.js";
import { CoderChild } from "./coder-child.js";
import type { Programs } from "./programs.js";

/**
 * What an encoder says in front of its first packet. FFmpeg says it only when it has something to encode, so a second
 * child with the same options is given the smallest input that leads to a packet, once for each set of options.
 */
export class EncoderHeaders {
  readonly #programs: Programs;
  readonly #known = new Map<string, Promise<Uint8Array>>();

  constructor(programs: Programs) {
    this.#programs = programs;
  }

  /**
   * @param args of the child that will encode.
   * @throws UnderstudyError `internal-error` when there is no such encoder, or it refuses the options.
   */
  headerOf(args: readonly string[], smallestInput: Uint8Array): Promise<Uint8Array> {
    const key = args.join("\n");
    const known = this.#known.get(key) ?? this.#ask(args, smallestInput);
    this.#known.set(key, known);
    known.catch(() => this.#known.delete(key));
    return known;
  }

  async #ask(args: readonly string[], smallestInput: Uint8Array): Promise<Uint8Array> {
    const child = new CoderChild({ program: this.#programs.ffmpegPath, args });
    try {
      void child.write(smallestInput).catch(() => undefined);
      child.end();
      await child.take();
      const header = child.stream?.configuration;
      if (header !== undefined && header.length > 0) return header;
      const cause = new Error(child.messages);
      const hint = "Install an FFmpeg with libx264 (5.1 or newer), or use node-av.";
      throw new UnderstudyError("internal-error", "FFmpeg's encoder could not start.", { cause, hint });
    } finally {
      child.close();
    }
  }
}
