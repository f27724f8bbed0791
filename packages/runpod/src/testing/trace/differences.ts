import type { Facts } from "./facts.js";

/** One way in which two workers differ; undefined: that one has no such property. */
export interface Difference {
  /** Kinds of requests that differ in this way. */
  readonly requests: readonly string[];
  /** Such as `header user-agent`. */
  readonly what: string;
  readonly theirs?: readonly string[];
  readonly ours?: readonly string[];
}

/** Properties whose values are not the same on both sides, sorted. */
export function differencesBetween(theirs: readonly Facts[], ours: readonly Facts[]): readonly Difference[] {
  const [left, right] = [byProperty(theirs), byProperty(ours)];
  const found = new Map<string, Difference>();
  for (const [key, { request, what }] of new Map([...left, ...right])) {
    const values = { theirs: left.get(key)?.values, ours: right.get(key)?.values };
    if (JSON.stringify(values.theirs) === JSON.stringify(values.ours)) continue;
    const kind = JSON.stringify([what, values]);
    const requests = [...(found.get(kind)?.requests ?? []), request].sort();
    found.set(kind, {
      requests,
      what,
      ...(values.theirs !== undefined && { theirs: values.theirs }),
      ...(values.ours !== undefined && { ours: values.ours }),
    });
  }
  const textOf = ({ what, requests }: Difference) => `${what} ${requests.join(" ")}`;
  return [...found.values()].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

function byProperty(facts: readonly Facts[]): ReadonlyMap<string, Facts> {
  return new Map(facts.map((each) => [`${each.request}\n${each.what}`, each]));
}
