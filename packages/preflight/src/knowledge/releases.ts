import { dataReader } from "./read-data.js";

interface ReleaseTables {
  readonly ubuntu: { readonly codenames: Readonly<Record<string, string>>; readonly latest: string };
  readonly debian: { readonly codenames: Readonly<Record<string, string>>; readonly latest: string };
}

const tables = dataReader<ReleaseTables>("base-images");

/** A distribution whose releases have codenames. */
export type NamedDistribution = "debian" | "ubuntu";

/** Codename of a release given as number or codename: `22.04` and `jammy` give `jammy`; undefined: not known. */
export function codename(distribution: NamedDistribution, release: string): string | undefined {
  const { codenames, latest } = tables()[distribution];
  const wanted =
    release === "latest" ? latest : release.replace(/^(\d+)\.\d+$/, distribution === "debian" ? "$1" : "$&");
  if (Object.hasOwn(codenames, wanted)) return codenames[wanted];
  return Object.values(codenames).find((name) => name === release);
}

/** True when one codename is not older than another; false when either is not known. */
export function isSince(distribution: NamedDistribution, name: string, since: string): boolean {
  const numbers = Object.entries(tables()[distribution].codenames);
  const numberOf = (wanted: string) => Number(numbers.find(([, known]) => known === wanted)?.[0] ?? Number.NaN);
  return numberOf(name) >= numberOf(since);
}
