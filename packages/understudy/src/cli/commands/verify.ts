import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { errorFacts, readAnchors, UnderstudyError } from "@understudy/render";
import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { printableLine } from "#cli/printable.js";
import { ToldFailure } from "#cli/told-failure.js";
import { loadConfig } from "#config/index.js";
import { assertInputFile } from "#paths/index.js";
import { createProgress } from "#progress/index.js";
import { enterDataFolder } from "#retention/index.js";
import { verifyFile, verifyReportInWords } from "#verify/index.js";

/** `understudy verify FILE`. */
export function addVerifyCommand(program: Command, context: CliContext): void {
  program
    .command("verify")
    .summary("say where a file comes from and whether it is unchanged")
    .description(
      "Reads a file's Content Credentials and invisible watermark, compares it with what was rendered here, and says in plain words whether it is unchanged and made with AI. Works on any video, sound or picture; nothing is fetched.",
    )
    .argument("<file>", "a video, sound or picture file")
    .option("--json", "one JSON object on the last line of standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action((file: string, flags: { config?: string }) => verify(file, flags, context));
}

async function verify(file: string, flags: { config?: string }, { io, wiring, isJson }: CliContext): Promise<void> {
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
  const path = resolve(io.cwd, file);
  await assertInputFile(path, "file");
  const data = await enterDataFolder(config.dataFolder, io.now());
  const progress = createProgress(io, isJson);
  const task = {
    path,
    renders: data.renders,
    consents: data.consents,
    now: io.now(),
    ownAnchorsPem: await readAnchors(data.keysFolder),
    trustAnchorsPem: await readTrustAnchors(config.seal.trustAnchorsFile, io.cwd),
    signal: io.signal,
    onProgress: (done: number, total: number) => progress.onProgress({ stage: "read", done, total, unit: "packets" }),
  };
  const report = await wiring
    .withFileReaders(config.mediaIo, (readers) => verifyFile(task, readers))
    .finally(() => progress.finish());
  const words = () => `${verifyReportInWords(report).map(printableLine).join("\n")}\n`;
  io.stdout.write(isJson ? `${JSON.stringify(report)}\n` : words());
  if (report.code !== undefined) throw new ToldFailure(errorFacts[report.code].exitStatus);
}

async function readTrustAnchors(file: string, cwd: string): Promise<string> {
  if (file === "") return "";
  return readFile(resolve(cwd, file), "utf8").catch((cause: unknown) => {
    throw new UnderstudyError("bad-config", `seal.trustAnchorsFile names ${file}, which cannot be read.`, { cause });
  });
}

const epilogue = `
What it can find:
  ours      unchanged, and made by this installation
  signed    unchanged, and validly signed by somebody else
  altered   changed after it was signed or delivered
  invalid   its credentials are broken or expired
  remote    it only names credentials on the network; they are never fetched
  stripped  no credentials, but our watermark names the render
  unmarked  no credentials, no watermark: that says nothing for or against it

Examples:
  $ understudy verify finished.mp4
  $ understudy verify download.mp4 --json | tail -1 | jq .matches

Exit status: 0 only for ours and signed, else 1; 2 wrong usage.`;
