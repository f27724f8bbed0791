import { resolve } from "node:path";
import { containersRead } from "#media/containers-read.js";

/** Where the programs are: a path, or a name that is looked for in PATH. */
export interface Programs {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
}

/** What all runs have in common: no console, no banner, only what went wrong. */
export const quiet = ["-hide_banner", "-loglevel", "warning"] as const;

/** Options of a run of `ffmpeg`. */
export const quietFfmpeg = [...quiet, "-nostdin", "-nostats"] as const;

/** Opens a stranger's file: as a plain name, in one of the containers that refer to no other file. */
export function fileInput(path: string): string[] {
  return [
    ["-protocol_whitelist", "file", "-format_whitelist", containersRead],
    // Presentation times for containers that store none (AVI).
    ["-fflags", "+genpts", "-i", `file:${resolve(path)}`],
  ].flat();
}

/** Reads NUT from standard input; nothing is to be found out of it that its headers do not say. */
export const nutInput = "-protocol_whitelist pipe -probesize 32 -analyzeduration 0 -f nut -i pipe:0".split(" ");

/** Writes NUT to standard output. */
export const nutOutput = ["-f", "nut", "-write_index", "0", "pipe:1"] as const;
