import { resolve } from "node:path";
import { maxTranscriptCharacters, UnderstudyError, type AlignedSpeech } from "@understudy/render";
import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { printableLine } from "#cli/printable.js";
import { loadConfig } from "#config/index.js";
import { assertInputFile, readSmallFile } from "#paths/index.js";

interface AlignFlags {
  readonly text: string;
  readonly config?: string;
}

/** `understudy align AUDIO --text FILE`. */
export function addAlignCommand(program: Command, context: CliContext): void {
  program
    .command("align")
    .summary("find when each word of a text is said in a recording")
    .description(
      "Compares a recording with its text and says when each word begins and ends, to some hundredths of a second. Works on any sound or video file up to 10 minutes; English only.",
    )
    .argument("<audio>", "the recording")
    .requiredOption("--text <file>", "what is said in it, word for word (plain text)")
    .option("--json", "one JSON object on the last line of standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action((audio: string, flags: AlignFlags) => align(audio, flags, context));
}

async function align(audio: string, flags: AlignFlags, { io, wiring, isJson }: CliContext): Promise<void> {
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
  const path = resolve(io.cwd, audio);
  await assertInputFile(path, "recording");
  const text = await readText(resolve(io.cwd, flags.text));
  const speech = await wiring.alignFile({ path, text }, config.mediaIo, io.signal);
  if (isJson) return io.stdout.write(`${JSON.stringify(asJson(speech))}\n`);
  io.stdout.write(`${inWords(speech).map(printableLine).join("\n")}\n`);
  if (speech.isDoubtful) io.stderr.write(`! ${doubt(speech)}\n`);
}

/** Letters take one to four bytes. @throws UnderstudyError `file-missing`, `bad-usage`, `bad-script`. */
async function readText(path: string): Promise<string> {
  const bytes = await readSmallFile(path, "text", 4 * maxTranscriptCharacters);
  if (bytes === undefined) {
    throw new UnderstudyError("bad-script", `The text has more than ${maxTranscriptCharacters} characters.`, {
      hint: "Cut the recording and the text into parts.",
    });
  }
  return new TextDecoder().decode(bytes);
}

/** What `understudy captions --words` reads, and how far it can be trusted. */
function asJson(speech: AlignedSpeech) {
  const { words, tokens, cost, isDoubtful } = speech;
  return {
    words: words.map(({ tokenIndex, startSeconds, endSeconds, confidence }) => {
      const { display, unspoken } = tokens[tokenIndex]!;
      return {
        text: display,
        startSeconds: rounded(startSeconds),
        endSeconds: rounded(endSeconds),
        confidence: rounded(confidence),
        ...(unspoken !== undefined && { unspoken }),
      };
    }),
    cost: rounded(cost),
    isDoubtful,
    ...(isDoubtful && { warning: doubt(speech) }),
  };
}

/** To the millisecond. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function inWords({ words, tokens }: AlignedSpeech): string[] {
  return [
    "   start       end   sure   word",
    ...words.map(({ tokenIndex, startSeconds, endSeconds, confidence }) => {
      const { display, unspoken } = tokens[tokenIndex]!;
      const sure = unspoken === undefined || unspoken === "cut" ? `${Math.round(100 * confidence)} %` : "-";
      const times = [startSeconds, endSeconds].map((seconds) => seconds.toFixed(3).padStart(8));
      return `${times.join("  ")}  ${sure.padStart(5)}   ${display}`;
    }),
  ];
}

function doubt({ cost }: AlignedSpeech): string {
  return `The text does not seem to be what is said (difference ${cost.toFixed(2)}); look at the words before using them.`;
}

const epilogue = `
The table:
  start and end are seconds from the beginning of the recording. sure is how likely the word is where it is said to be; - is a word
  that is not spoken, such as an emoji or a word of another script: it gets the time between its neighbours.

Examples:
  $ understudy align voice.wav --text voice.txt
  $ understudy align ad.mp4 --text ad.txt --json > words.json
  $ understudy captions ad.mp4 --words words.json -o ad.srt`;
