import type { ImageFacts, PythonInstall, PythonRequirement } from "#facts/image/image-facts.js";

/** One time that the final image asks for a distribution. */
export interface PythonAsk {
  readonly install: PythonInstall;
  readonly requirement: PythonRequirement;
}

/** Each time that the final image asks for one of these distributions, in order. */
export function pythonAsks(image: ImageFacts, ...names: readonly string[]): readonly PythonAsk[] {
  const byName = indexes.get(image) ?? indexOf(image);
  indexes.set(image, byName);
  const found = names.flatMap((name) => byName.get(name) ?? []);
  return found.toSorted((a, b) => a.order - b.order);
}

interface OrderedAsk extends PythonAsk {
  readonly order: number;
}

/** By distribution: rules ask for the same few again and again. */
const indexes = new WeakMap<ImageFacts, ReadonlyMap<string, readonly OrderedAsk[]>>();

function indexOf({ installed }: ImageFacts): ReadonlyMap<string, readonly OrderedAsk[]> {
  const byName = new Map<string, OrderedAsk[]>();
  let order = 0;
  for (const install of installed.python) {
    if (!install.isInFinalImage) continue;
    for (const requirement of install.requirements) {
      const asks = byName.get(requirement.name) ?? [];
      asks.push({ install, requirement, order: order++ });
      byName.set(requirement.name, asks);
    }
  }
  return byName;
}

/** Whether pip is told to take newer versions than those that are there. */
export function isUpgrade({ options }: PythonInstall): boolean {
  return ["-U", "--upgrade", "--force-reinstall", "-I", "--ignore-installed"].some((option) => options.has(option));
}
