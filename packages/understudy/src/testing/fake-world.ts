import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runCli } from "#cli/run-cli.js";
import type { CliIo } from "#cli/io.js";
import type { Wiring } from "#wire.js";
import { createFakeWiring } from "./fake-wiring.js";

/** A made-up terminal in a folder of its own. */
export interface FakeWorld {
  readonly folder: string;
  readonly controller: AbortController;
  stdout(): string;
  stderr(): string;
  /** Standard output, parsed line by line. */
  jsonLines(): unknown[];
  /** The last line of standard output, parsed; what came before may be for people. */
  lastJsonLine(): unknown;
  /** Runs `understudy ...argv` in the folder. */
  run(...argv: string[]): Promise<number>;
}

/** What differs from a quiet pipe without a person at it. */
export interface FakeWorldOptions {
  readonly isTerminal?: boolean;
  /** Lines the person types, in order. */
  readonly answers?: readonly string[];
  readonly env?: Record<string, string>;
  readonly wiring?: Partial<Wiring>;
}

/** Makes the world and removes its folder when the test is over. The clock advances one second a look. */
export async function createFakeWorld(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const written = { stdout: "", stderr: "" };
  const controller = new AbortController();
  const answers = [...(options.answers ?? [])];
  const isTerminal = options.isTerminal ?? false;
  let seconds = 0;
  const io: CliIo = {
    stdout: { isTerminal, write: (text) => void (written.stdout += text) },
    stderr: { isTerminal, write: (text) => void (written.stderr += text) },
    isInputTerminal: isTerminal,
    env: { NO_COLOR: "1", UNDERSTUDY_DATA_FOLDER: join(folder, "data"), ...options.env },
    cwd: folder,
    signal: controller.signal,
    now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)),
    ask: async (question) => {
      written.stderr += question;
      const answer = answers.shift();
      if (answer === undefined) throw new Error("asked more often than the test answers");
      return answer;
    },
  };
  const wiring = { ...createFakeWiring(), ...options.wiring };
  return {
    folder,
    controller,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    jsonLines: () =>
      written.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    lastJsonLine: () => JSON.parse(written.stdout.trimEnd().split("\n").at(-1) ?? "") as unknown,
    run: (...argv) => runCli(argv, io, wiring),
  };
}
