import type { ImageFacts } from "#facts/image/image-facts.js";
import { broughtBy, distributionsOfModule } from "#knowledge/index.js";

/** Whether the image may hold a distribution: asked for, of the base image, from apt, or brought by one of these. */
export function mayHold({ installed, base }: ImageFacts, distribution: string): boolean {
  const isThere = (name: string): boolean =>
    installed.distributions.has(name) || base?.distributions.has(name) === true;
  return (
    isThere(distribution) ||
    installed.systemPackages.has(`python3-${distribution.replace(/^python-/, "")}`) ||
    broughtBy(distribution).some(isThere)
  );
}

/** Distributions that bring a module; one of the same name when none is known. */
export function bringersOf(moduleName: string): readonly string[] {
  const known = distributionsOfModule(moduleName);
  return known.length > 0 ? known : [(moduleName.split(".")[0] ?? moduleName).toLowerCase().replaceAll("_", "-")];
}
