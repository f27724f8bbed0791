import { readFileSync } from "node:fs";

let chosen: string | undefined;

/**
 * x264 parameters that make its output repeatable. Its AVX-512 code for macroblock trees (core 165, in node-av 6.1.1)
 * reads memory it never wrote when the width in macroblocks is not a multiple of 16: at 720x1280, 10 runs over the same
 * pictures gave 7 different streams, at 1280x720 one. Held to AVX2 they are always one. x264 takes the list unchecked,
 * therefore it is named only where the processor is known to have more.
 */
export function repeatableX264(): readonly string[] {
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
