import type { LogLine } from "./serve-process.js";

/** Children that were begun, and those begun again after they had been kept: work that was done twice. */
export interface RepeatedChildren {
  readonly childrenBegun: number;
  readonly repeated: readonly string[];
}

/** Reads it off the log of all servers. */
export function findRepeated(log: readonly LogLine[]): RepeatedChildren {
  const keptAt = new Map<string, number>();
  const timeOf = ({ time }: LogLine): number => new Date(time).getTime();
  const nameOf = ({ renderId, child }: LogLine): string => `${String(renderId)} ${String(child)}`;
  for (const line of log.filter(({ msg }) => msg === "child kept")) {
    keptAt.set(nameOf(line), Math.min(timeOf(line), keptAt.get(nameOf(line)) ?? Number.POSITIVE_INFINITY));
  }
  const begun = log.filter(({ msg }) => msg === "child begun");
  const repeated = begun.filter((line) => timeOf(line) > (keptAt.get(nameOf(line)) ?? Number.POSITIVE_INFINITY));
  return { childrenBegun: begun.length, repeated: repeated.map(nameOf) };
}
