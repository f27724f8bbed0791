import type { ImageFacts } from "#facts/image/image-facts.js";
import type { ShellCommand } from "#facts/shell/script.js";
import { broughtBy } from "#knowledge/index.js";
import { isUpgrade, type PythonAsk, pythonAsks } from "./python-asks.js";
import { isCapped, startsAt, staysBelow } from "./specifier.js";

/**
 * The requirement by which a distribution gets to a version or above; undefined when it may stay below, by a pin, by what
 * another package asks, or by a copy that is there before.
 * @param until only installs before this command count.
 */
export function askThatReaches(
  image: ImageFacts,
  distribution: string,
  bound: string,
  until?: ShellCommand,
): PythonAsk | undefined {
  const { installed, base } = image;
  if (installed.isOpen || base?.distributions.has(distribution) === true) return undefined;
  const end = until?.location.line ?? Number.POSITIVE_INFINITY;
  const isBefore = ({ install }: PythonAsk): boolean => install.command.location.line < end;
  const cappers = pythonAsks(image, ...broughtBy(distribution)).filter(isBefore);
  if (cappers.some(({ requirement }) => isCapped(requirement.specifier) || requirement.url !== undefined))
    return undefined;
  let reached: PythonAsk | undefined;
  let isHeld = false;
  for (const ask of pythonAsks(image, distribution).filter(isBefore)) {
    const { specifier } = ask.requirement;
    const isBelow = staysBelow(specifier, bound);
    if (!isBelow && isHeld && !isUpgrade(ask.install) && !startsAt(specifier, bound)) continue;
    isHeld = isBelow || isCapped(specifier);
    reached = isBelow || (isCapped(specifier) && !startsAt(specifier, bound)) ? undefined : ask;
  }
  return reached;
}
