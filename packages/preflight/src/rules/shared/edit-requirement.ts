import type { ImageFacts, PythonRequirement } from "#facts/image/image-facts.js";
import type { Fix } from "#model/finding.js";
import { editWord, lineAt } from "./edit-word.js";

/** Writes a requirement anew where it stands, quoted where a shell reads it; undefined where that is not clear. */
export function editRequirement(
  image: ImageFacts,
  { written, location }: PythonRequirement,
  replacement: string,
  title: string,
): Fix | undefined {
  const isForShell = location.path === image.dockerfile.path;
  const quoted = isForShell && /[<>!~*;[ ]/.test(replacement) && !isQuoted(image, location, written);
  const edit = editWord(image, location, written, quoted ? `"${replacement}"` : replacement);
  return edit && { title, edits: [edit] };
}

/** Takes a requirement away; undefined where the line would not hold without it. */
export function removeRequirement(
  image: ImageFacts,
  { written, location }: PythonRequirement,
  title: string,
): Fix | undefined {
  const isForShell = location.path === image.dockerfile.path;
  if (isForShell && (isQuoted(image, location, written) || isAlone(image, location))) return undefined;
  const edit = editWord(image, location, written, "");
  const left = edit?.lines[0]?.replace(/\s#.*$/, "").trim();
  if (edit === undefined || left === undefined) return undefined;
  if (left !== "" && left !== "\\") return isForShell ? { title, edits: [edit] } : undefined;
  return isForShell && left === "" ? undefined : { title, edits: [{ ...edit, lines: [] }] };
}

/** pip without anything to install fails. */
function isAlone({ installed }: ImageFacts, location: PythonRequirement["location"]): boolean {
  const install = installed.python.find(({ requirements }) => requirements.some((each) => each.location === location));
  return install === undefined || install.requirements.length === 1;
}

function isQuoted(image: ImageFacts, location: PythonRequirement["location"], written: string): boolean {
  const line = lineAt(image, location) ?? "";
  return /["']/.test(line[line.indexOf(written) - 1] ?? "");
}
