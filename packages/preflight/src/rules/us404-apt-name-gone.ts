import { renamedSystemPackage } from "#knowledge/index.js";
import type { ImageFacts, SystemInstall } from "#facts/image/image-facts.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { editWord, lineAt } from "./shared/edit-word.js";
import { stageSystem } from "./shared/stage-system.js";

/** apt is asked for a name that the base image's release no longer has. */
export const aptNameGone: ImageRule = {
  scope: "image",
  meta: {
    id: "US404",
    name: "apt-name-gone",
    level: "error",
    phase: "build",
    summary: "apt installs a package that this release of Debian or Ubuntu does not have.",
    seeds: ["S3"],
    fix: "auto",
  },
  *check(image) {
    for (const install of image.installed.system) {
      if (install.tool !== "apt") continue;
      for (const { name, location } of install.packages) {
        const { base } = stageSystem(image, install.stageIndex) ?? {};
        const renamed = renamedSystemPackage(name, base?.distribution, base?.release);
        if (renamed === undefined) continue;
        yield gone(name, location, renamed.replacement, `${base?.distribution} ${base?.release}`, install, image);
      }
    }
  },
  lookedAt: ({ installed: { system } }) => {
    const count = system.filter(({ tool }) => tool === "apt").flatMap(({ packages }) => packages).length;
    return count === 0 ? "" : `${count} apt packages`;
  },
};

function gone(
  name: string,
  at: Report["at"],
  replacement: string,
  release: string,
  { command, packages }: SystemInstall,
  image: ImageFacts,
): Report {
  const isStopped = command.fate.kind === "stops";
  const isThere = packages.some((each) => each.name === replacement);
  const edit = editWord(image, at, name, isThere ? "" : replacement);
  // A line that loses its only word would end the continuation.
  const isWhole = edit?.lines[0]?.trim() !== "" && lineAt(image, at) !== undefined;
  return {
    message: `${isStopped ? "The build stops here" : "Nothing of this call is installed"}: ${release} has no ${name} ("Unable to locate package", "no installation candidate").`,
    remedy: `Ask for ${replacement}.`,
    at,
    level: isStopped ? "error" : "warning",
    confidence: "certain",
    evidence: [{ statement: `The stage starts from ${release}, whose tag may have moved there since it was written.` }],
    ...(edit === undefined || !isWhole ? {} : { fix: { title: `Ask for ${replacement}`, edits: [edit] } }),
  };
}
