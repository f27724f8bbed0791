import { readFileSync } from "node:fs";
import type { PictureEncoderSettings } from "./media-io.js";

let chosen: string | undefined;

/**
 * Options of FFmpeg's libx264 by name. `open-gop=0` and `b-pyramid=none` keep every IDR a clean cut and the reordering at
 * one frame.
 */
export function x264Options(settings: PictureEncoderSettings): Record<string, string | number> {
  const x264 = [
    `sps-id=${settings.parameterSetId ?? 0}`,
    "b-pyramid=none",
    "open-gop=0",
    // Headers that do not depend on content or rate: clips of one film then share one pair of parameter sets.
    "stitchable=1",
    ...(settings.level === undefined ? [] : [`level=${settings.level}`]),
    ...repeatableX264(),
    ...(settings.extraX264 === undefined ? [] : [settings.extraX264]),
  ];
  return {
    preset: settings.preset ?? "veryfast",
    crf: settings.crf,
    profile: settings.profile ?? "high",
    threads: settings.threads ?? 1,
    // Closed captions of the source would come back as SEI inside the picture packets.
    a53cc: 0,
    "x264-params": x264.join(":"),
    ...(settings.maxBitRate === undefined
      ? {}
      : { maxrate: Math.round(settings.maxBitRate), bufsize: Math.round(settings.maxBitRate * 2) }),
  };
}

/**
 * x264 parameters that make its output repeatable. Its AVX-512 code for macroblock trees (core 165, in node-av 6.1.1)
 * reads memory it never wrote when the width in macroblocks is not a multiple of 16: at 720x1280, 10 runs over the same
 * pictures gave 7 different streams, at 1280x720 one. Held to AVX2 they are always one. x264 takes the list unchecked,
 * therefore it is named only where the processor is known to have more.
 */
function repeatableX264(): readonly string[] {
  chosen ??= hasAvx512() ? "asm=avx2" : "";
  return chosen === "" ? [] : [chosen];
}

function hasAvx512(): boolean {
  if (process.arch !== "x64" || process.platform !== "linux") return false;
  try {
    return readFileSync("/proc/cpuinfo", "latin1").includes("avx512");
  } catch {
    return false;
  }
}
