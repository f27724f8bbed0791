import type { ImageFacts } from "#facts/image/image-facts.js";
import { addressOf } from "#facts/image/weights.js";
import type { Report } from "#model/finding.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";

/** Code that is fetched while building, from a place that changes under it: two builds of one commit differ. */
export const unpinnedRemote: ImageRule = {
  scope: "image",
  meta: {
    id: "US111",
    name: "unpinned-remote",
    level: "warning",
    phase: "build",
    summary: "A clone, a download or a git requirement names a branch, or nothing, instead of a tag or a commit.",
    seeds: ["S40", "S109"],
    fix: "by-hand",
  },
  lookedAt({ clones, buildCommands }) {
    const downloads = buildCommands.filter(({ command }) => command.words.some(({ text }) => isUrl(text))).length;
    const parts = [clones.length > 0 ? `${clones.length} clones` : "", downloads > 0 ? `${downloads} downloads` : ""];
    return parts.filter((part) => part !== "").join(", ");
  },
  *check(image) {
    yield* distinct([...clones(image), ...downloads(image), ...requirements(image)]);
  },
};

/** Names that move; any other name may be a tag. */
const movingName =
  /^(?:origin\/|refs\/heads\/)?(?:main|master|dev|devel|develop|development|trunk|HEAD|latest|nightly)$/;

function* clones({ clones: all }: ImageFacts): Iterable<Report> {
  for (const { url, revision, command } of all) {
    if (url.includes("$") || /^https?:\/\/(?:huggingface\.co|hf\.co)\//.test(url)) continue;
    if (revision !== undefined && !movingName.test(revision)) continue;
    const state = revision === undefined ? "its default branch" : `its branch ${revision}`;
    yield reportOf(`what ${nameOf(url)} has on ${state} that day`, command.location);
  }
}

/** Files of a branch, and the newest release, of GitHub. */
const movingFile =
  /^https?:\/\/(?:raw\.githubusercontent\.com\/[^/]+\/[^/]+\/|github\.com\/[^/]+\/[^/]+\/(?:raw|blob|archive)\/)(?:refs\/heads\/[^/]+|main|master|HEAD|develop|dev)(?:\/|\.(?:zip|tar))|^https?:\/\/github\.com\/[^/]+\/[^/]+\/releases\/latest\//i;

function* downloads({ buildCommands, walk, dockerfile }: ImageFacts): Iterable<Report> {
  for (const { command } of buildCommands) {
    for (const { text, line } of command.words) {
      if (isUrl(text) && movingFile.test(text)) {
        yield reportOf(`${addressOf(text)} as it is that day`, { ...command.location, line });
      }
    }
  }
  const sources = walk.stages.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === "copy" ? step.sources : [])),
  );
  for (const { kind, pattern, line } of sources) {
    if (kind !== "url" || !movingFile.test(pattern.text)) continue;
    yield reportOf(`${addressOf(pattern.text)} as it is that day`, { path: dockerfile.path, line });
  }
}

function* requirements({ installed }: ImageFacts): Iterable<Report> {
  for (const { url, location } of installed.python.flatMap((install) => install.requirements)) {
    const [, address = "", revision] = /^git\+([a-z]+:\/\/(?:[^@/]*@)?[^@#]+)(?:@([^#]+))?/.exec(url ?? "") ?? [];
    if (address === "" || address.includes("$") || revision?.includes("$") === true) continue;
    if (revision !== undefined && !movingName.test(revision)) continue;
    const state = revision === undefined ? "its default branch" : `its branch ${revision}`;
    yield reportOf(`what ${nameOf(address)} has on ${state} that day`, location);
  }
}

function reportOf(what: string, at: Location): Report {
  return {
    message: `Each build takes ${what}: two builds of one commit may differ, or the next may stop.`,
    remedy: "Name a tag or a commit that you have tested.",
    at,
  };
}

const isUrl = (text: string) => /^https?:\/\//.test(text);

/** `owner/name` on GitHub, else the URL without credentials and query. */
function nameOf(url: string): string {
  const address = addressOf(url).replace(/\.git$/, "");
  return address.replace(/^https?:\/\/(?:www\.)?github\.com\//, "");
}

/** One for a place and a source: a loop names the same URL often. */
function distinct(reports: readonly Report[]): readonly Report[] {
  return [
    ...new Map(reports.map((report) => [`${report.at.path}:${report.at.line} ${report.message}`, report])).values(),
  ];
}
