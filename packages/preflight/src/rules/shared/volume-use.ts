import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Evidence } from "#model/finding.js";
import type { Location } from "#model/location.js";

/** One thing that the running worker expects below a folder that is mounted only when a volume is attached. */
export interface VolumeUse extends Evidence {
  readonly path: string;
  readonly location: Location;
  /** True when the worker itself puts it there. */
  readonly isMadeAtStart: boolean;
}

/** What the worker looks for on a network volume: programs of its start, weights, folders of caches. */
export function volumeUses(image: ImageFacts): readonly VolumeUse[] {
  if (image.target !== "serverless") return [];
  const volume = (path: string) => image.mounts.some((mount) => path === mount || path.startsWith(`${mount}/`));
  const made = image.downloads.filter(({ when, path }) => when === "start" && path !== undefined && volume(path));
  const started = image.entry.commands.flatMap(({ words, location, isConditional }) =>
    isConditional ? [] : words.filter(({ text }) => volume(text)).map(({ text }) => ({ path: text, location })),
  );
  const weights = image.modelUses.filter(({ kind, value }) => kind === "path" && volume(value));
  const uses = [
    ...started.map((use) => ({ ...use, statement: `The start names ${use.path}.` })),
    ...weights.map(({ value, location, name }) => {
      const as = name === undefined ? "" : ` (${name})`;
      return { path: value, location, statement: `Weights are looked for at ${value}${as}.` };
    }),
    ...made.map(({ path = "", what, location }) => ({ path, location, statement: `${what} is kept at ${path}.` })),
  ];
  return uses.map((use) => ({ ...use, isMadeAtStart: made.some(({ path }) => path === use.path) }));
}

/** The attached volume, or the first thing that needs one; undefined: the worker knows of none. */
export function volumeUse(image: ImageFacts): Evidence | undefined {
  const attached = image.project.endpoint.networkVolume;
  if (attached !== undefined) return { statement: "A network volume is attached.", location: attached };
  return volumeUses(image)[0];
}
