import { stat } from "node:fs/promises";
import { readFileFacts, type FileFacts } from "./file-facts.js";
import type { Programs } from "./programs.js";

/** Files whose facts are remembered; a render opens its source some ten times, its output once. */
const maxKnown = 8;

/** Asks ffprobe once for a file that stays as it is; its size, its number and the time of its last change tell. */
export class KnownFacts {
  readonly #programs: Programs;
  readonly #known = new Map<string, Promise<FileFacts>>();

  constructor(programs: Programs) {
    this.#programs = programs;
  }

  /** @throws UnderstudyError as `readFileFacts`. */
  async of(path: string): Promise<FileFacts> {
    const key = await identityOf(path);
    const known = this.#known.get(key) ?? readFileFacts(this.#programs, path);
    this.#known.delete(key);
    this.#known.set(key, known);
    known.catch(() => this.#known.delete(key));
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > maxKnown) this.#known.delete(oldest);
    return known;
  }
}

/** A missing file has an identity as well: ffprobe says what is wrong with it. */
async function identityOf(path: string): Promise<string> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  return [path, facts?.dev, facts?.ino, facts?.size, facts?.mtimeNs].join("\n");
}
