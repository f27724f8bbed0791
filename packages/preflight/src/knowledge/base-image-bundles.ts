import type { BaseImage } from "./base-image.js";
import { dataReader } from "./read-data.js";

/** What one layer of official images brings. */
interface Bundle {
  readonly programs: readonly string[];
  readonly systemPackages: readonly string[];
  readonly distributions: readonly string[];
}

const data = dataReader<{ readonly bundles: Readonly<Record<string, Bundle>> }>("base-images");

/** The facts that a family reads from the tag; what is left out is unknown or not there. */
export type TagFacts = Pick<BaseImage, "family" | "isWellKnown"> &
  Partial<Omit<BaseImage, "distributions" | "systemPackages" | "programs">>;

/** A base image from its tag's facts and the bundles of `base-images.json` that it is made of. */
export function bundled(facts: TagFacts, bundleNames: readonly string[]): BaseImage {
  const { bundles } = data();
  const parts = bundleNames.map((name) => bundles[name]).filter((bundle) => bundle !== undefined);
  return {
    distribution: undefined,
    release: undefined,
    python: undefined,
    torch: undefined,
    cuda: undefined,
    isCudaDevel: false,
    workdir: undefined,
    ...facts,
    distributions: new Set(parts.flatMap((bundle) => bundle.distributions)),
    systemPackages: new Set(parts.flatMap((bundle) => bundle.systemPackages)),
    programs: new Set(parts.flatMap((bundle) => bundle.programs)),
  };
}
