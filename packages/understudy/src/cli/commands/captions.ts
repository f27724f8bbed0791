import { dirname, extname, resolve } from "node:path";
import {
  captionLimits,
  captionPresetNames,
  captionPresets,
  captionSizeOf,
  createMediaIo,
  loadCaptionFont,
  makeCaptions,
  missingCharacters,
  presetFor,
  readWords,
  UnderstudyError,
  writeAss,
  writeSrt,
  writeVtt,
  type CaptionFont,
  type CaptionPresetName,
  type CaptionSettings,
  type CaptionTrack,
} from "@understudy/render";
import { Option, type Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { printableLine } from "#cli/printable.js";
import { loadConfig } from "#config/index.js";
import { assertInputFile, assertPathsFree, readSmallFile, writeWhole } from "#paths/index.js";

interface CaptionFlags {
  readonly words: string;
  readonly size?: string;
  readonly preset?: CaptionPresetName;
  readonly out: readonly string[];
  readonly force?: boolean;
  readonly config?: string;
}

/** `understudy captions [VIDEO]`. */
export function addCaptionsCommand(program: Command, context: CliContext): void {
  program
    .command("captions")
    .summary("make caption files out of timed words")
    .description(
      "Breaks timed words into captions that read well and fit the picture, and writes them: ASS (each word changes colour while it is spoken), SRT, WebVTT, or JSON. The video itself stays as it is.",
    )
    .argument("[video]", "the video they are for: tells the picture's size and the frame rate")
    .requiredOption("--words <file>", "the words and their times: what `understudy align --json` prints")
    .option("--size <pixels>", "size of the picture without a video, such as 720x1280")
    .addOption(
      new Option(
        "--preset <name>",
        "how they look (default: social-9x16 for an upright picture, else broadcast)",
      ).choices(captionPresetNames),
    )
    .requiredOption(
      "-o, --out <file>",
      "where to: ends in .ass, .srt, .vtt or .json; several times for several files",
      (file: string, before: readonly string[] = []) => [...before, file],
    )
    .option("--force", "replace files that exist already")
    .option("--json", "one JSON object on the last line of standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action((video: string | undefined, flags: CaptionFlags) => captions(video, flags, context));
}

const writers: Readonly<Record<string, (track: CaptionTrack, font: CaptionFont) => string>> = {
  ".ass": writeAss,
  ".srt": writeSrt,
  ".vtt": writeVtt,
  ".json": (track) => `${JSON.stringify(track)}\n`,
};

/** Some 50,000 words with room to spare. */
const maxWordsBytes = 20_000_000;

async function captions(video: string | undefined, flags: CaptionFlags, { io, isJson }: CliContext): Promise<void> {
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
  const wordsPath = resolve(io.cwd, flags.words);
  const videoPath = video === undefined ? undefined : resolve(io.cwd, video);
  const asked = askedSize(flags.size, videoPath);
  if (videoPath !== undefined) await assertInputFile(videoPath, "video");
  const words = readWords(await readText(wordsPath));
  const files = decideFiles(flags.out, io.cwd);
  const inputs = [wordsPath, ...(videoPath === undefined ? [] : [videoPath])];
  for (const { path } of files) await assertPathsFree(dirname(path), [path], inputs, flags.force === true);
  const size = asked ?? (await captionSizeOf(createMediaIo(config.mediaIo), videoPath!));
  const preset = flags.preset ?? presetFor(size.widthPixels, size.heightPixels);
  const font = await loadCaptionFont(captionPresets[preset].look.font);
  const track = makeCaptions(words, { ...size, preset }, font);
  for (const { path, write } of files) await writeWhole(path, write(track, font));
  const made = {
    preset,
    widthPixels: size.widthPixels,
    heightPixels: size.heightPixels,
    cues: track.cues.length,
    files: files.map(({ path }) => path),
    missingCharacters: missingCharacters(track, font),
  };
  io.stdout.write(isJson ? `${JSON.stringify(made)}\n` : `${inWords(made).map(printableLine).join("\n")}\n`);
}

/** @throws UnderstudyError `bad-usage` unless either a video or a size is given. */
function askedSize(
  size: string | undefined,
  videoPath: string | undefined,
): Omit<CaptionSettings, "preset"> | undefined {
  if ((size === undefined) === (videoPath === undefined)) {
    throw new UnderstudyError("bad-usage", "Captions are made for a picture of a certain size.", {
      hint: "Give either the video or --size, such as --size 1280x720.",
    });
  }
  if (size === undefined) return undefined;
  const [widthPixels = 0, heightPixels = 0] = /^(\d{2,5})x(\d{2,5})$/.exec(size)?.slice(1).map(Number) ?? [];
  const isGood = (side: number) => side >= 16 && side <= captionLimits.maxSidePixels;
  if (!isGood(widthPixels) || !isGood(heightPixels)) {
    const range = `from 16 to ${captionLimits.maxSidePixels}`;
    throw new UnderstudyError("bad-usage", `--size expects two sides ${range}, such as 1280x720, not "${size}".`);
  }
  return { widthPixels, heightPixels };
}

async function readText(path: string): Promise<string> {
  const bytes = await readSmallFile(path, "file of words", maxWordsBytes);
  if (bytes === undefined) throw new UnderstudyError("bad-usage", `The file of words ${path} has more than 20 MB.`);
  return new TextDecoder().decode(bytes);
}

function decideFiles(out: readonly string[], cwd: string) {
  const paths = new Set(out.map((file) => resolve(cwd, file)));
  return [...paths].map((path) => {
    const write = writers[extname(path).toLowerCase()];
    if (write !== undefined) return { path, write };
    throw new UnderstudyError("bad-usage", `The kind of captions is not known from the name ${path}.`, {
      hint: "Give -o a file name that ends in .ass, .srt, .vtt or .json.",
    });
  });
}

interface MadeCaptions extends Pick<CaptionTrack, "preset" | "widthPixels" | "heightPixels"> {
  readonly cues: number;
  readonly files: readonly string[];
  readonly missingCharacters: readonly string[];
}

function inWords({ preset, widthPixels, heightPixels, cues, files, missingCharacters }: MadeCaptions): string[] {
  const some = missingCharacters.slice(0, 10).join(" ");
  const more = missingCharacters.length > 10 ? ` and ${missingCharacters.length - 10} more` : "";
  return [
    `Captions  ${cues} for ${widthPixels}x${heightPixels}, ${preset}`,
    ...files.map((file) => `File      ${file}`),
    ...(missingCharacters.length === 0
      ? []
      : [
          `Note      our font has no ${some}${more}: whatever draws the captions takes another font for letters, and emoji are in SRT and WebVTT only`,
        ]),
  ];
}

const epilogue = `
The words:
  {"words":[{"text":"Hello,","startSeconds":0.32,"endSeconds":0.61}, ...]}, alone or on the last line. A word without times gets
  them from its neighbours.

Examples:
  $ understudy align talk.mp4 --text talk.txt --json > words.json
  $ understudy captions talk.mp4 --words words.json -o talk.srt -o talk.vtt
  $ understudy captions --size 1080x1920 --words words.json -o talk.ass`;
