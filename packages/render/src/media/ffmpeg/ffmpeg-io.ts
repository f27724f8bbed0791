import type { MediaIO } from "#media/media-io.js";
import { assertCaptionFilter, FfmpegCaptionPainter } from "./caption-painter.js";
import { EncoderHeaders } from "./encoder-header.js";
import { FfmpegInput } from "./input.js";
import { readInstalledVersion } from "./installed-version.js";
import { KnownFacts } from "./known-facts.js";
import { FfmpegOutput } from "./output.js";
import { FfmpegPictureEncoder } from "./picture-encoder.js";
import type { Programs } from "./programs.js";
import { FfmpegSoundEncoder } from "./sound-encoder.js";

/**
 * Media through the programs `ffmpeg` and `ffprobe` of this machine (5.1 to 8, with libx264), each run a process of its
 * own; MP4 is written by this project. Nothing runs before the first call, which throws `runtime-missing` when the programs
 * are missing or too old.
 * @param paths default `ffmpeg` and `ffprobe`, found in PATH.
 */
export function createFfmpegIo(paths: Partial<Programs> = {}): MediaIO {
  const programs = { ffmpegPath: paths.ffmpegPath ?? "ffmpeg", ffprobePath: paths.ffprobePath ?? "ffprobe" };
  const headers = new EncoderHeaders(programs);
  const facts = new KnownFacts(programs);
  let name = "ffmpeg";
  let checking: Promise<void> | undefined;
  let checkingCaptions: Promise<void> | undefined;
  const readName = async (): Promise<void> => {
    name = `ffmpeg ${await readInstalledVersion(programs.ffmpegPath)}`;
  };
  const check = (): Promise<void> => (checking ??= readName());
  return {
    get name() {
      return name;
    },
    async openInput(path) {
      await check();
      return new FfmpegInput(programs, path, await facts.of(path));
    },
    async openPictureEncoder(settings) {
      await check();
      return FfmpegPictureEncoder.open(programs, headers, settings);
    },
    async openSoundEncoder(settings) {
      await check();
      return FfmpegSoundEncoder.open(programs, headers, settings);
    },
    async openCaptionPainter(order) {
      await check();
      await (checkingCaptions ??= assertCaptionFilter(programs));
      return new FfmpegCaptionPainter(programs, order);
    },
    openOutput: (path, settings = {}) => FfmpegOutput.open(path, settings),
  };
}
