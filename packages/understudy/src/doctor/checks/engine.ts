import { ok, trouble } from "#doctor/finding.js";
import type { Check } from "#doctor/world.js";

const install = "Install the package again: npm ci.";

/** SPDX ids of licences that ask for no more than their own text. */
const permissive: ReadonlySet<string> = new Set(["Apache-2.0", "MIT", "CC0-1.0"]);

/** The files the networks are made of, the networks themselves, and under what licence they may be used. */
export const engineCheck: Check = {
  id: "engine",
  part: "the face engine",
  async examine({ probes }) {
    const { weights, loadSeconds, problem, runtime } = await probes.checkEngine();
    const broken = weights.flatMap((file) => file.problem ?? []);
    const runsOn = runtime && `${runtime.library} ${runtime.version} for ${runtime.providers.join(", ")}`;
    const licences = [...new Set(weights.map(({ licence }) => licence))].sort();
    return [
      broken.length === 0
        ? ok("weights", "The model files are whole.", `${weights.length} files`)
        : trouble("error", "weights", "Model files are missing or changed.", {
            evidence: broken.join(" "),
            remedy: install,
          }),
      problem === undefined
        ? ok("networks", "The networks load.", [`${loadSeconds.toFixed(1)} s`, ...(runsOn ? [runsOn] : [])].join(", "))
        : trouble("error", "networks", "The networks do not load.", { evidence: problem, remedy: install }),
      licences.every((licence) => permissive.has(licence))
        ? ok("licences", "The licences of the model files allow commercial use.", licences.join(", "))
        : trouble("warning", "licences", "A model file has a licence that may not allow commercial use.", {
            evidence: licences.join(", "),
            remedy: "Read NOTICE before you use the service commercially.",
          }),
    ];
  },
};

/** Reading and writing video. */
export const mediaCheck: Check = {
  id: "media",
  part: "the media stack",
  async examine({ probes, config, scratchFolder }) {
    const { name, frames } = await probes.checkMedia(scratchFolder, config.mediaIo);
    if (frames === 10) return [ok("media", "The media stack encodes and decodes.", `${name}, ${frames} frames`)];
    const evidence = `${name}: ${frames} of 10 frames came back`;
    return [trouble("error", "media", "The media stack loses frames.", { evidence, remedy: install })];
  },
};
