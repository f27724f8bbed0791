import { posix } from "node:path";
import type { ImageFacts, ModelDownload } from "#facts/image/image-facts.js";
import { isBelow } from "#facts/image/stage-files.js";

/** Weights that the running worker fetches, less those that the build has already put where it looks. */
export function fetchedAtStart(image: ImageFacts): readonly ModelDownload[] {
  const { downloads } = image;
  const bakedByName = new Map<string, ModelDownload[]>();
  for (const download of downloads) {
    if (download.when !== "build" || !download.isInFinalImage) continue;
    bakedByName.set(download.what, [...(bakedByName.get(download.what) ?? []), download]);
  }
  return downloads.filter(
    (each) =>
      each.when === "start" &&
      !bakedByName.get(each.what)?.some((baked) => isSamePlace(baked, each) || isMovedOn(baked, image)) &&
      !isFetchedByHand(each, downloads),
  );
}

/** The build puts the archive of that model into the folder: `buffalo_l.zip` for `insightface:buffalo_l`. */
function isFetchedByHand(wanted: ModelDownload, downloads: readonly ModelDownload[]): boolean {
  const folder = placeOf(wanted);
  if (wanted.kind !== "code" || folder === undefined) return false;
  return downloads.some((each) => {
    const place = placeOf(each);
    if (each.when !== "build" || !each.isInFinalImage || place === undefined || !isBelow(place, folder)) return false;
    return bareName(each.what) === bareName(wanted.what);
  });
}

function bareName(what: string): string {
  return what
    .slice(Math.max(what.lastIndexOf("/"), what.lastIndexOf(":")) + 1)
    .replace(/\.(?:zip|tar(?:\.gz)?|tgz)$/, "");
}

/** A later command takes the files to where the code looks first: what is fetched at start is the way out. */
function isMovedOn(baked: ModelDownload, { buildCommands }: ImageFacts): boolean {
  const place = placeOf(baked);
  if (place === undefined) return false;
  return buildCommands.some(
    ({ command: { name, words, workdir } }) =>
      /^(?:cp|mv|rsync|ln|install)$/.test(name) &&
      words.slice(1).some(({ text }) => isBelow(posix.resolve(workdir ?? "/", text), place)),
  );
}

/** Where a download puts what it fetched; undefined: nobody can know. */
export function placeOf({ path, cacheFolder }: ModelDownload): string | undefined {
  return path ?? cacheFolder;
}

/**
 * Rate at which a worker fetches weights from a hub, bytes a second: between a slow hub and the 200 to 400 MB/s of a
 * network volume.
 */
export const fetchBytesPerSecond = 100e6;

/** The same place, or one that holds the other. A place that nobody knows may be the same. */
function isSamePlace(baked: ModelDownload, wanted: ModelDownload): boolean {
  const [from, to] = [placeOf(baked), placeOf(wanted)];
  return from === undefined || to === undefined || isBelow(to, from) || isBelow(from, to);
}
