import type { ProjectFacts } from "#facts/project/project-facts.js";
import type { Location } from "#model/location.js";
import type { ProjectRule } from "./rule.js";

/** Every build overwrites the one before it: there is nothing to go back to. */
export const rollback: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1014",
    name: "rollback",
    level: "note",
    phase: "deploy",
    summary: "No earlier tag or digest of the image is recorded anywhere.",
    seeds: ["S29", "S77"],
    fix: "by-hand",
  },
  *check(project) {
    const references = referencesOf(project);
    const [first] = references;
    if (first === undefined || references.some(({ tag }) => keepsVersions(tag))) return;
    const tags = new Set(references.map(({ name, tag }) => `${name}:${tag}`));
    if (new Set(references.map(({ tag }) => tag).filter((tag) => tag !== "latest")).size > 1) return;
    yield {
      message: `Every build is pushed over ${[...tags].slice(0, 3).join(", ")}: a bad one has nothing to go back to.`,
      remedy: "Push a tag of the commit beside it, and note the digest of each version that worked.",
      at: first.location,
      confidence: "likely",
    };
  },
  lookedAt(project) {
    const count = referencesOf(project).length;
    return count === 0 ? "" : `${count} image references`;
  },
};

interface TaggedImage {
  readonly name: string;
  /** `latest` when none is written. */
  readonly tag: string;
  readonly location: Location;
}

/** What CI, scripts and endpoint files call the image; a name without a registry account is a local one. */
function referencesOf({ buildCommands, endpoint }: ProjectFacts): readonly TaggedImage[] {
  const built = buildCommands
    .filter(({ source }) => source === "ci" || source === "script")
    .flatMap(({ tags, location }) => tags.map((reference) => ({ reference, location })));
  return [...built, ...endpoint.imageReferences].flatMap(({ reference, location }) => {
    const slash = reference.lastIndexOf("/");
    const colon = reference.indexOf(":", slash);
    if (slash === -1 && !reference.includes("$")) return [];
    if (colon !== -1) return [{ name: reference.slice(0, colon), tag: reference.slice(colon + 1), location }];
    if (reference.includes("$")) return [{ name: "", tag: reference, location }];
    return [{ name: reference, tag: "latest", location }];
  });
}

/** A variable, a version, a date, a commit or a digest: the next build gets another. */
function keepsVersions(tag: string): boolean {
  return /[${}@]|\d+\.\d+|\d{6}|[0-9a-f]{7}/.test(tag);
}
