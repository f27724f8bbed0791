import { UnderstudyError } from "#model/errors.js";
import type { MediaIO } from "./media-io.js";
import { loadNodeAv } from "./node-av/load.js";
import { createNodeAvIo } from "./node-av/node-av-io.js";

/** What reads and writes media; `auto` takes node-av where it can be loaded, else the machine's FFmpeg. */
export const mediaChoices = ["auto", "node-av", "ffmpeg"] as const;

/** One of `mediaChoices`; plain data, so threads can be told. */
export type MediaChoice = (typeof mediaChoices)[number];

/**
 * The reader and writer of media that is wanted. Nothing is loaded or started before the first call, whose failure says
 * what to install; until then its name is the choice.
 */
export function createMediaIo(choice: MediaChoice): MediaIO {
  let opened: MediaIO | undefined;
  let opening: Promise<MediaIO> | undefined;
  const choose = async (): Promise<MediaIO> => (opened = await openChoice(choice));
  const open = (): Promise<MediaIO> => (opening ??= choose());
  return {
    get name() {
      return opened?.name ?? choice;
    },
    openInput: async (path) => (await open()).openInput(path),
    openPictureEncoder: async (settings) => (await open()).openPictureEncoder(settings),
    openSoundEncoder: async (settings) => (await open()).openSoundEncoder(settings),
    openCaptionPainter: async (order) => (await open()).openCaptionPainter(order),
    openOutput: async (path, settings) => (await open()).openOutput(path, settings),
  };
}

async function openChoice(choice: MediaChoice): Promise<MediaIO> {
  if (choice === "ffmpeg") return openFfmpegIo();
  try {
    await loadNodeAv();
    return createNodeAvIo();
  } catch (cause) {
    if (choice === "auto") return openFfmpegIo();
    throw new UnderstudyError("runtime-missing", "node-av could not be loaded.", {
      cause,
      hint: "Run `npm install node-av` for this machine, or choose ffmpeg.",
    });
  }
}

/** Loaded when it is wanted: with what it parses by, that takes 60 ms, and every thread opens media. */
async function openFfmpegIo(): Promise<MediaIO> {
  const { createFfmpegIo } = await import("./ffmpeg/ffmpeg-io.js");
  return createFfmpegIo();
}
