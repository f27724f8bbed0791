import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Evidence } from "#model/finding.js";
import { missingSources } from "./missing-sources.js";

/** What keeps an image from being built, as far as its files prove it: lines that do not parse, sources that are absent. */
export function buildFaults({ dockerfile, walk, context, project }: ImageFacts): readonly Evidence[] {
  const { path, problems } = dockerfile;
  return [
    ...problems.map(({ message, line }) => ({ statement: message, location: { path, line } })),
    ...missingSources(walk, context, project).map(({ pattern, line }) => ({
      statement: `${pattern.text} is not in the build context.`,
      location: { path, line },
    })),
  ];
}
