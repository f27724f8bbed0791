import type { ImageFacts } from "#facts/image/image-facts.js";
import { gpuPool, type GpuPool } from "#knowledge/index.js";
import type { Confidence } from "#model/finding.js";
import type { Location } from "#model/location.js";

/** A pool that the endpoint may draw from. */
export interface ListedPool extends GpuPool {
  readonly location: Location;
  /** `possible` when a document names it beside others: it may list what there is. */
  readonly confidence: Confidence;
}

/** The known pools of the endpoint, for an image that runs as a worker; none for other images. */
export function listedPools({ project, target, purpose }: ImageFacts): readonly ListedPool[] {
  if (purpose !== "worker" || target === "pod") return [];
  const places = new Map(project.endpoint.gpuPools.map(({ id, location }) => [id, location]));
  return [...places].flatMap(([id, location]) => {
    const pool = gpuPool(id);
    const isListOfChoices = isDocument(location) && places.size > 1;
    return pool === undefined ? [] : [{ ...pool, location, confidence: isListOfChoices ? "possible" : "likely" }];
  });
}

/** Documents show samples, and endpoints as they once were. */
export function isDocument({ path }: Location): boolean {
  return /\.(?:md|mdx|rst|txt)$/i.test(path);
}
