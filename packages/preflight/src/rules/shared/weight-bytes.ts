import { posix } from "node:path";
import type { ModelDownload } from "#facts/image/image-facts.js";
import { type ModelPart, modelCard } from "#knowledge/index.js";

/** What a download weighs at least, bytes; undefined: not known, or only some files of a repository are fetched. */
export function weightBytes({ kind, what, isPartial }: ModelDownload): number | undefined {
  if (isPartial === true || kind === "copy") return undefined;
  // A URL names one file, which may lie in a folder that is called after the whole model.
  const name = kind === "url" ? posix.basename(what) : kind === "code" ? what.slice(what.indexOf(":") + 1) : what;
  const card = modelCard(name);
  if (card === undefined) return undefined;
  const sum = card.parts.reduce((bytes, part) => bytes + (part.diskBytes ?? parameterBytes(part)), 0);
  return card.downloadBytes ?? (sum > 0 ? sum : undefined);
}

/** Sum of the known sizes; a model that is fetched to the same place twice counts once. */
export function sumOfWeights(downloads: readonly ModelDownload[]): number {
  const byPlace = new Map<string, number>();
  for (const download of downloads) {
    const { what, path, cacheFolder } = download;
    byPlace.set(`${what}\n${path ?? cacheFolder}`, weightBytes(download) ?? 0);
  }
  return [...byPlace.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** `50 GB`, `0.6 GB`: decimal, as disks and platforms count. */
export function inGB(bytes: number): string {
  const gigabytes = bytes / 1e9;
  return `${gigabytes < 10 ? Number(gigabytes.toFixed(1)) : Math.round(gigabytes)} GB`;
}

function parameterBytes({ parameters, dtype }: ModelPart): number {
  if (parameters === undefined || dtype === undefined) return 0;
  return parameters * { fp32: 4, fp16: 2, bf16: 2, fp8: 1 }[dtype];
}
