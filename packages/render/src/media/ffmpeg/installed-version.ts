import { UnderstudyError } from "#model/errors.js";
import { Child } from "./child.js";
import { linesOf } from "./lines.js";
import { withPatience } from "./patience.js";

/** Oldest version with every option that is used. */
const oldest = [5, 1] as const;

const hint = "Install FFmpeg 5.1 or newer with libx264 (Debian: apt install ffmpeg), or use node-av.";

/**
 * The version of an installed `ffmpeg`, such as `5.1.9`.
 * @throws UnderstudyError `runtime-missing` with the next step when it is missing, too old or without libx264.
 */
export async function readInstalledVersion(program: string): Promise<string> {
  const child = new Child({ program, args: ["-version"] });
  try {
    const lines: string[] = [];
    for await (const line of linesOf(child.output)) if (lines.length < 20) lines.push(line);
    const { problem } = await withPatience(child, child.ended);
    if (problem !== undefined) throw problem;
    const version = /version n?(\S+)/.exec(lines[0] ?? "")?.[1];
    if (version === undefined) throw new UnderstudyError("runtime-missing", `${program} is not FFmpeg.`, { hint });
    // Builds of the development branch name a commit in place of a number; they are newer.
    const numbers = /^(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
    if (numbers !== undefined && isOlder(numbers)) {
      throw new UnderstudyError("runtime-missing", `FFmpeg ${version} is too old.`, { hint });
    }
    if (!lines.some((line) => line.includes("--enable-libx264"))) {
      throw new UnderstudyError("runtime-missing", `FFmpeg ${version} was built without libx264.`, { hint });
    }
    return version.replace(/[-+].*/, "");
  } finally {
    child.kill();
  }
}

function isOlder([major = 0, minor = 0]: readonly number[]): boolean {
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}
