import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { PreflightEngine } from "#cli/engine.js";
import { runPreflight } from "#cli/run-cli.js";

/** A made-up terminal in a folder of its own. */
export interface FakeWorld {
  readonly folder: string;
  readonly controller: AbortController;
  stdout(): string;
  stderr(): string;
  /** Runs `preflight ...argv` in the folder. */
  run(...argv: string[]): Promise<number>;
}

/** What differs from a quiet pipe without a person at it. */
export interface FakeWorldOptions {
  readonly isTerminal?: boolean;
  readonly answers?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** Makes the world and removes its folder when the test is over. */
export async function createFakeWorld(engine: PreflightEngine, options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const folder = await mkdtemp(join(tmpdir(), "preflight-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const written = { stdout: "", stderr: "" };
  const answers = [...(options.answers ?? [])];
  const isTerminal = options.isTerminal ?? false;
  const controller = new AbortController();
  const io = {
    stdout: { isTerminal, columns: 80, write: (text: string) => void (written.stdout += text) },
    stderr: { isTerminal, columns: 80, write: (text: string) => void (written.stderr += text) },
    isInputTerminal: isTerminal,
    env: options.env ?? {},
    cwd: folder,
    signal: controller.signal,
    now: () => new Date("2026-06-15T12:00:00Z"),
    ask: (question: string) => {
      written.stderr += question;
      const answer = answers.shift();
      return answer === undefined ? Promise.reject(new Error("asked too often")) : Promise.resolve(answer);
    },
  };
  return {
    folder,
    controller,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    run: (...argv) => runPreflight(argv, io, engine),
  };
}
