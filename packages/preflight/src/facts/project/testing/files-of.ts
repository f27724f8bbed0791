import type { ProjectFile } from "#facts/project/project-facts.js";

/** A project of text files, as `readProjectFiles` would give it. */
export function filesOf(texts: Readonly<Record<string, string>>): ReadonlyMap<string, ProjectFile> {
  return new Map(
    Object.entries(texts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, text]) => [
        path,
        {
          path,
          kind: "file",
          byteLength: Buffer.byteLength(text),
          isExecutable: false,
          linkTarget: undefined,
          gitState: "unknown",
          text,
        },
      ]),
  );
}
