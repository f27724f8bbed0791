import { distributionName } from "./distribution-name.js";
import { dataReader } from "./read-data.js";

interface Dependencies {
  /** Requirements without an extra, of every version that was looked at: what may be there, not what surely is. */
  readonly requires: readonly string[];
  readonly source: string;
}

const dependencies = dataReader<Readonly<Record<string, Dependencies>>>("dependencies");

/** Hard dependencies of a distribution, direct and indirect; undefined: not known. */
export function dependenciesOf(distribution: string): readonly string[] | undefined {
  const start = distributionName(distribution);
  if (!Object.hasOwn(dependencies(), start)) return undefined;
  const found = new Set<string>();
  const waiting = [start];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const next of requiresOf(name)) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(next);
    }
  }
  found.delete(start);
  return [...found].sort();
}

/** Known distributions that bring this one as a hard dependency, directly or not, in at least one version. */
export function broughtBy(distribution: string): readonly string[] {
  const wanted = distributionName(distribution);
  const known = bringers.get(wanted) ?? findBringers(wanted);
  bringers.set(wanted, known);
  return known;
}

/** Answers by distribution: rules ask the same for every import of every image. */
const bringers = new Map<string, readonly string[]>();

function findBringers(wanted: string): readonly string[] {
  const found = new Set([wanted]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [name, { requires }] of Object.entries(dependencies())) {
      if (requires.some((required) => found.has(required))) found.add(name);
    }
  }
  found.delete(wanted);
  return [...found].sort();
}

function requiresOf(name: string): readonly string[] {
  const known = dependencies();
  return Object.hasOwn(known, name) ? (known[name]?.requires ?? []) : [];
}
