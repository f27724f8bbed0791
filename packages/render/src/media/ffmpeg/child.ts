import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { UnderstudyError } from "#model/errors.js";

/** How one of FFmpeg's programs is started. */
export interface ChildOrder {
  /** Path or name of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /** True when bytes are sent to it. */
  readonly takesInput?: boolean;
  /** Further pipes that it writes to, its descriptors 3 and up; default none. */
  readonly extraOutputs?: number;
  /** Sees each line of what it says. */
  readonly onMessage?: (line: string) => void;
}

/** How a program ended; `problem` says why it could not run at all. */
export interface ChildEnd {
  readonly isSuccess: boolean;
  readonly problem?: UnderstudyError;
}

/** Characters of the last messages that are kept. */
const keptMessages = 4000;

/** A line without end is cut here. */
const maxLine = 2000;

/** What a program needs of the environment; keys and tokens stay out of a process that reads strangers' files. */
const passedOn = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "HOME", "TMPDIR", "SystemRoot", "PATHEXT"];

/** One run of `ffmpeg` or `ffprobe`: pipes, its last words, and an end in every case. */
export class Child {
  readonly #process: ChildProcess;
  readonly #program: string;
  #messages = "";
  #line = "";
  /** Resolves when the program has ended and its pipes are closed; never rejects. */
  readonly ended: Promise<ChildEnd>;

  constructor(order: ChildOrder) {
    this.#program = order.program;
    const outputs = Array.from({ length: order.extraOutputs ?? 0 }, () => "pipe" as const);
    this.#process = spawn(order.program, order.args, {
      stdio: [order.takesInput ? "pipe" : "ignore", "pipe", "pipe", ...outputs],
      env: Object.fromEntries(passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
      windowsHide: true,
    });
    // A program that ends early closes its pipes; its end says why.
    for (const pipe of this.#process.stdio) pipe?.on("error", () => undefined);
    // Node empties a pipe that nobody listens to when the program ends; these wait for their reader.
    for (const pipe of [this.#process.stdout, ...this.#process.stdio.slice(3)]) pipe?.on("readable", () => undefined);
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => this.#note(text, order.onMessage));
    this.ended = new Promise((resolve) => {
      this.#process.once("error", (cause) => resolve({ isSuccess: false, problem: this.#notStarted(cause) }));
      this.#process.once("close", (code) => resolve({ isSuccess: code === 0 }));
    });
  }

  /** Standard input; only of a child that takes input. */
  get input(): Writable {
    return this.#process.stdin as Writable;
  }

  /** Standard output. */
  get output(): Readable {
    return this.#process.stdout as Readable;
  }

  /** Further output `number`, counted from 0. */
  extraOutput(number: number): Readable {
    return this.#process.stdio[3 + number] as Readable;
  }

  /** The last lines it said, for the cause of an error; they may hold a file's name, so they go into no message. */
  get messages(): string {
    return this.#messages + this.#line;
  }

  /** Ends it at once; safe to call twice. */
  kill(): void {
    for (const pipe of this.#process.stdio) pipe?.destroy();
    this.#process.kill("SIGKILL");
  }

  #note(text: string, onMessage: ChildOrder["onMessage"]): void {
    const lines = (this.#line + text).split(/[\r\n]+/);
    this.#line = (lines.pop() ?? "").slice(0, maxLine);
    for (const line of lines) {
      onMessage?.(line);
      this.#messages = `${this.#messages}${line}\n`.slice(-keptMessages);
    }
  }

  #notStarted(cause: Error): UnderstudyError {
    return new UnderstudyError("runtime-missing", `The program ${this.#program} could not be started.`, {
      cause,
      hint: "Install FFmpeg 5.1 or newer (ffmpeg and ffprobe), or use node-av.",
    });
  }
}
