import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { runDemo } from "#demo/index.js";

/** `understudy demo`. */
export function addDemoCommand(program: Command, context: CliContext): void {
  program
    .command("demo")
    .summary("draw two invented people and put one in the other's video")
    .description(
      "Draws a talking clip of one invented person and a portrait of another, then renders the second into the first, with a script spoken over what is kept and captions that follow it word by word. Nobody's face or voice is used, nothing is downloaded; about two minutes on two cores.",
    )
    .option("-o, --out <folder>", "where everything goes; made if it is not there", "understudy-demo")
    .option("--quick", "a short, small clip: seconds instead of minutes", false)
    .option("--json", "JSON Lines on standard output; the last line is the manifest")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action((flags: { out: string; quick: boolean; config?: string }) => runDemo(flags, context));
}

const epilogue = `
The clip is kept and used again next time; the finished video is replaced. Files that the demo did not make, or that were
changed since, are never touched: it stops and names the first one.`;
