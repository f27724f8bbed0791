/** Variables of a running script: known values, and names whose value nobody can know. */
export interface Variables {
  /** Undefined: unset, or not known. */
  readonly get: (name: string) => string | undefined;
  /** True when it is set on some courses of events, or to something that nobody can know. */
  readonly isUncertain: (name: string) => boolean;
  /** An undefined value makes the name unknown. */
  readonly set: (name: string, value: string | undefined) => void;
  /** Names and known values at this moment; the same map until the next change. */
  readonly snapshot: () => ReadonlyMap<string, string>;
  readonly fork: () => Variables;
  /** Forgets what differs from another course of events. */
  readonly join: (other: Variables) => void;
}

/** Each change after a snapshot copies the names, so a hostile script must not have many; names past this are unknown. */
const maximumNames = 256;

/** Variables that start as `values`. Nothing is copied before something changes. */
export function createVariables(
  values: ReadonlyMap<string, string>,
  uncertainNames: ReadonlySet<string> = new Set(),
): Variables {
  const limit = values.size + maximumNames;
  let known = values;
  let uncertain = uncertainNames;
  const isUncertain = (name: string): boolean => uncertain.has(name);
  const set = (name: string, value: string | undefined): void => {
    const isKept = value !== undefined && (known.size < limit || known.has(name));
    if (isUncertain(name) === isKept && (isKept || uncertain.size < limit)) {
      const names = new Set(uncertain);
      if (isKept) names.delete(name);
      else names.add(name);
      uncertain = names;
    }
    if (known.get(name) === (isKept ? value : undefined)) return;
    const next = new Map(known);
    if (isKept) next.set(name, value);
    else next.delete(name);
    known = next;
  };
  return {
    get: (name) => known.get(name),
    isUncertain,
    set,
    snapshot: () => known,
    fork: () => createVariables(known, uncertain),
    join: (other) => {
      const others = other.snapshot();
      if (others === known) return;
      for (const name of new Set([...known.keys(), ...others.keys()])) {
        if (others.get(name) !== known.get(name) || other.isUncertain(name)) set(name, undefined);
      }
    },
  };
}
