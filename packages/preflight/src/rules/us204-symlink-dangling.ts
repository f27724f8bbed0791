import { posix } from "node:path";
import type { ImageFacts, ImagePath } from "#facts/image/image-facts.js";
import { isBelow } from "#facts/image/stage-files.js";
import type { ImageRule } from "./rule.js";

/** A symlink of the image leads nowhere. */
export const symlinkDangling: ImageRule = {
  scope: "image",
  meta: {
    id: "US204",
    name: "symlink-dangling",
    level: "warning",
    phase: "start",
    summary: "A symlink of the image points to a path that nothing makes.",
    seeds: ["S8"],
    fix: "by-hand",
  },
  *check(image) {
    for (const link of links(image).slice(0, maxLinks)) {
      const target = targetOf(link);
      if (image.files.find(target).kind !== "absent" || isMadeAtStart(target, image)) continue;
      yield {
        message: `${link.path} leads to ${target}, which nothing makes: whoever opens it gets "No such file or directory".`,
        remedy: `Link to a path that is there, or make ${target} before.`,
        at: link.location,
      };
    }
  },
  lookedAt: (image) => (links(image).length === 0 ? "" : `${links(image).length} symlinks`),
};

/** Each link is looked for in the text of the code; the first hundred say it all. */
const maxLinks = 100;

function links({ files }: ImageFacts): readonly ImagePath[] {
  return files.paths.filter(({ origin, isCertain }) => origin.kind === "linked" && isCertain);
}

function targetOf({ path, origin }: ImagePath): string {
  return posix.resolve(posix.dirname(path), origin.kind === "linked" ? origin.target : ".");
}

/** Whether something that runs at start names the target; a start that nobody knows may make it. */
function isMadeAtStart(target: string, { entry, downloads, python }: ImageFacts): boolean {
  if (!entry.isComplete) return true;
  const isNamed = entry.commands.some(({ words }) => words.some(({ text }) => text.includes(target)));
  const isFetched = downloads.some(
    ({ when, path }) => when === "start" && path !== undefined && (isBelow(path, target) || isBelow(target, path)),
  );
  const isInCode = python.modules.some((each) => each.isReachable && each.module.source.text.includes(target));
  return isNamed || isFetched || isInCode;
}
