import type { ImageFacts, PythonRequirement } from "#facts/image/image-facts.js";
import { compareVersions, knownBadVersions, type KnownBadVersions, pythonFloors } from "#knowledge/index.js";
import type { Fix } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { newestIsIn } from "./shared/specifier.js";
import { volumeUse } from "./shared/volume-use.js";

/** A pinned version with a published fault that this worker meets. */
export const sdkKnownBad: ImageRule = {
  scope: "image",
  meta: {
    id: "US615",
    name: "sdk-known-bad",
    level: "warning",
    phase: "job",
    summary: "The pinned version of the worker's SDK has a published fault.",
    seeds: ["S41"],
    fix: "auto",
  },
  *check(image) {
    for (const requirement of image.installed.distributions.values()) {
      for (const bad of knownBadVersions(requirement.name)) {
        const because = meets(bad, image);
        if (because === undefined || !newestIsIn(requirement.specifier, bad.versions)) continue;
        yield {
          message: `${shown(requirement)} takes a version in ${bad.versions} of ${bad.distribution}: ${sentence(bad.reason)}`,
          remedy: `Ask for ${bad.distribution}${bad.use}.`,
          at: requirement.location,
          confidence: "likely",
          evidence: because,
          ...fixOf(requirement, bad, image),
        };
      }
    }
  },
  lookedAt: ({ installed }) => {
    const known = [...installed.distributions.keys()].filter((name) => knownBadVersions(name).length > 0);
    return known.join(", ");
  },
};

function meets(bad: KnownBadVersions, image: ImageFacts): readonly { readonly statement: string }[] | undefined {
  if (bad.when === "always") return [];
  const use = volumeUse(image);
  return use === undefined ? undefined : [use];
}

function shown({ name, specifier }: PythonRequirement): string {
  return `${name}${specifier}`;
}

function sentence(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "") + ".";
}

/** Only where the image's Python is known to be new enough, and the requirement stands once on its line. */
function fixOf(
  { written, location }: PythonRequirement,
  bad: KnownBadVersions,
  image: ImageFacts,
): { readonly fix?: Fix } {
  const { version } = image.python;
  const floor = pythonFloors(bad.distribution).at(-1)?.python;
  if (version === undefined || (floor !== undefined && compareVersions(version, floor) < 0)) return {};
  const line = image.project.files.get(location.path)?.text?.split("\n")[location.line - 1]?.replace(/\r$/, "") ?? "";
  const at = line.indexOf(written);
  if (at === -1 || line.indexOf(written, at + 1) !== -1) return {};
  // A bare > on a shell's line would be a redirect.
  const isBare = location.path === image.dockerfile.path && !/["']/.test(line[at - 1] ?? "");
  const wanted = `${bad.distribution}${bad.use}`;
  const text = line.slice(0, at) + (isBare ? `"${wanted}"` : wanted) + line.slice(at + written.length);
  return {
    fix: {
      title: `Ask for ${wanted}`,
      edits: [{ kind: "lines", path: location.path, startLine: location.line, endLine: location.line, lines: [text] }],
    },
  };
}
