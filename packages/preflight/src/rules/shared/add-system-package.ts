import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Fix } from "#model/finding.js";
import { editWord } from "./edit-word.js";
import { stageSystem } from "./stage-system.js";

/**
 * Adds packages to the last apt call of a stage, on the line of its last package.
 * @param beforeLine the packages are needed there: only calls above it will do; undefined: anywhere.
 */
export function addSystemPackages(
  image: ImageFacts,
  stageIndex: number,
  names: readonly string[],
  beforeLine = Number.POSITIVE_INFINITY,
): Fix | undefined {
  const installs = stageSystem(image, stageIndex)?.installs.filter(
    ({ tool, stageIndex: index, command, packages }) =>
      tool === "apt" && index === stageIndex && command.location.line < beforeLine && packages.length > 0,
  );
  const install = installs?.findLast(({ command }) => command.location.path === image.dockerfile.path);
  const last = install?.packages.at(-1);
  const word = install?.command.words.findLast(
    ({ text, line }) => text.startsWith(last?.name ?? "?") && line === last?.location.line,
  );
  if (last === undefined || word === undefined) return undefined;
  const edit = editWord(image, last.location, word.raw, [word.raw, ...names].join(" "));
  return edit && { title: `Install ${names.join(" and ")}`, edits: [edit] };
}
