import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { type VolumeUse, volumeUses } from "./shared/volume-use.js";

/** Code or weights on a network volume that nothing attaches. */
export const volumeNeeded: ImageRule = {
  scope: "image",
  meta: {
    id: "US910",
    name: "volume-needed",
    level: "error",
    phase: "deploy",
    summary: "The worker needs a network volume, and the endpoint has none.",
    seeds: ["S116", "S117"],
    fix: "by-hand",
  },
  *check(image) {
    const [use, ...others] = volumeUses(image);
    if (use === undefined || image.project.endpoint.networkVolume !== undefined || looksFirst(image)) return;
    yield report(use, others, image);
  },
  lookedAt: (image) => {
    const count = volumeUses(image).length;
    return count === 0 ? "" : `${count} paths on a network volume`;
  },
};

function report(use: VolumeUse, others: readonly VolumeUse[], image: ImageFacts): Report {
  const setUp = endpointSetUp(image);
  const effect = use.isMadeAtStart
    ? "every cold start fetches it again"
    : "without a volume nothing is there when the worker starts";
  return {
    message: `${use.path} lies on a network volume, and nothing in the files attaches one: ${effect}.`,
    remedy: "Attach a network volume to the endpoint, or put it into the image outside of the mount.",
    at: use.location,
    level: setUp !== undefined && !use.isMadeAtStart ? "error" : isDocumented(image) ? "note" : "warning",
    confidence: "likely",
    evidence: [
      ...others.slice(0, 5),
      ...(setUp === undefined ? [] : [{ statement: "The endpoint is made here, without a volume.", location: setUp }]),
    ],
  };
}

/** Where a script makes the endpoint. The Hub's files cannot name a volume, and documents may show a part: they prove nothing. */
function endpointSetUp({ project: { endpoint } }: ImageFacts) {
  const isProof = (path: string) => !/^\.runpod\/|^preflight\.|\.(?:md|txt|rst)$/i.test(path);
  return endpoint.gpuPools.map(({ location }) => location).find(({ path }) => isProof(path));
}

/** A start that asks whether the volume is there has another way, or says what is missing. */
function looksFirst(image: ImageFacts): boolean {
  const isTested = image.entry.commands.some(
    ({ name, words }) =>
      /^(?:\[\[?|test|mountpoint)$/.test(name) && words.some(({ text }) => image.mounts.includes(text)),
  );
  if (isTested) return true;
  const asks = /\b(?:exists|isdir|is_dir|ismount|is_mount)\b/;
  return image.python.modules.some(
    ({ isReachable, module }) =>
      isReachable &&
      module.calls.some(({ callee, node, arguments: [first] }) => {
        const text = module.source.text.slice(node.start, node.end);
        const path = first?.value.kind === "text" ? first.value.text : text;
        return asks.test(callee) && image.mounts.some((mount) => path === mount || text.includes(`"${mount}"`));
      }),
  );
}

/** A document says so, or the Dockerfile's own comments. */
function isDocumented({ project, dockerfile }: ImageFacts): boolean {
  return [...project.files.values()].some(
    ({ path, text }) =>
      (path === dockerfile.path || /\.(?:md|txt|rst)$/i.test(path)) && /network volume/i.test(text ?? ""),
  );
}
