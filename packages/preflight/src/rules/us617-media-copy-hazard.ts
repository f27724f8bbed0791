import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { ImageRule } from "./rule.js";
import { type ProcessCall, processCallsOf } from "./shared/process-call.js";

/** ffmpeg told to copy where it has to encode: cuts off key frames, and joins of unlike clips. */
export const mediaCopyHazard: ImageRule = {
  scope: "image",
  meta: {
    id: "US617",
    name: "media-copy-hazard",
    level: "warning",
    phase: "job",
    summary: "ffmpeg cuts or joins clips with -c copy where that shifts times or breaks the picture.",
    seeds: ["S56", "S58"],
    fix: "by-hand",
  },
  *check(image) {
    const calls = ffmpegCalls(image);
    const cut = calls.find(({ process }) => isCopy(process) && isCut(process));
    for (const { module, process } of calls.filter(({ process: each }) => isCopy(each))) {
      const at = { path: module.module.source.path, line: process.call.line };
      if (isCut(process)) {
        yield {
          message:
            "ffmpeg cuts with -c copy: a cut can only start at a key frame, so the clip begins up to seconds early or with a frozen picture.",
          remedy: "Encode the cut clips (drop -c copy), all with the same settings.",
          at,
          confidence: "likely",
        };
      } else if (isJoin(process) && cut !== undefined) {
        yield {
          message:
            "ffmpeg joins clips with -c copy, and some of them were made by another program: a clip of other size, rate or codec breaks the picture or the sound from there on.",
          remedy: "Join with the concat filter, or encode every clip to the same settings first.",
          at,
          confidence: "likely",
          evidence: [
            {
              statement: "Clips of the source are cut here without encoding.",
              location: { path: cut.module.module.source.path, line: cut.process.call.line },
            },
          ],
        };
      }
    }
  },
  lookedAt: (image) => {
    const count = ffmpegCalls(image).length;
    return count === 0 ? "" : `${count} ffmpeg calls`;
  },
};

interface FfmpegCall {
  readonly module: ImageModule;
  readonly process: ProcessCall;
}

function ffmpegCalls(image: ImageFacts): readonly FfmpegCall[] {
  return image.python.modules
    .filter(({ isReachable }) => isReachable)
    .flatMap((module) =>
      processCallsOf(module.module)
        .filter(({ words }) => /(?:^|\/)ffmpeg$/.test(words[0]?.text ?? ""))
        .map((process) => ({ module, process })),
    );
}

/** The picture is copied; `-c:a copy` alone is harmless. */
function isCopy({ words }: ProcessCall): boolean {
  return words.some(({ text }, at) => /^-(?:c|codec|c:v|codec:v|vcodec)$/.test(text) && words[at + 1]?.text === "copy");
}

/** A start other than zero: from zero a copy begins at the first key frame. */
function isCut({ words }: ProcessCall): boolean {
  return words.some(({ text }, at) => text === "-ss" && !/^[0:.]*$/.test(words[at + 1]?.text ?? ""));
}

function isJoin({ words }: ProcessCall): boolean {
  return words.some(({ text }, at) => text === "-f" && words[at + 1]?.text === "concat");
}
