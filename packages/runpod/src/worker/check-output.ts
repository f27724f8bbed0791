/**
 * JSON text of what a handler gave. `undefined` at the top is `null`; below, JSON leaves it out or writes `null`, as ever.
 * @param root how the value is called in errors, such as `output`.
 * @throws TypeError naming the place of what JSON cannot hold: `JSON.stringify` would write `null` for NaN, `{}` for a Map,
 *   numbered members for bytes, and say nothing.
 */
export function toJson(value: unknown, root: string): string {
  assertJson(value, root, []);
  return JSON.stringify(value) ?? "null";
}

/** An object of a class would lose what is not its own enumerable member: a Map or an Error all of it. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // One of another realm (`node:vm`) has another Object.prototype, which has no prototype either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** `JSON.stringify` itself ends at some 5000 levels, with a RangeError that names nothing. */
const maxDepth = 500;

function assertJson(value: unknown, path: string, ancestors: readonly object[]): void {
  if (value === null) return;
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return;
    case "number":
      if (!Number.isFinite(value)) throw problem(path, String(value));
      return;
    case "bigint":
      throw problem(path, "a BigInt", "make it a number or a text");
    case "function":
    case "symbol":
      throw problem(path, `a ${typeof value}`);
    case "object":
      assertObject(value, path, ancestors);
  }
}

function assertObject(value: object, path: string, ancestors: readonly object[]): void {
  if (ancestors.includes(value)) throw problem(path, "part of itself", "return a copy without the cycle");
  if (ancestors.length >= maxDepth) throw new TypeError(`${start(path)} is nested deeper than ${maxDepth} levels.`);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    throw problem(path, `binary data (${value.constructor.name})`, "upload it and return its URL");
  }
  if (value instanceof Date && Number.isNaN(value.getTime())) throw problem(path, "an invalid date");
  const within = [...ancestors, value];
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return assertJson(value.toJSON(path), path, within);
  }
  if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) assertJson(entry, `${path}[${index}]`, within);
    return;
  }
  if (value instanceof Promise) throw problem(path, "a promise", "await it");
  if (!isPlainObject(value)) throw problem(path, `an instance of ${nameOf(value)}`, "return a plain object");
  for (const [key, entry] of Object.entries(value)) assertJson(entry, `${path}${member(key)}`, within);
}

function nameOf(value: object): string {
  const { constructor } = value as { constructor?: { name?: unknown } };
  return typeof constructor?.name === "string" && constructor.name !== "" ? constructor.name : "a class";
}

function member(key: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function problem(path: string, what: string, advice?: string): TypeError {
  return new TypeError(`${start(path)} is ${what}, which JSON cannot hold${advice ? `: ${advice}` : ""}.`);
}

const maxPathLength = 200;

function start(path: string): string {
  return path.length <= maxPathLength ? path : `${path.slice(0, maxPathLength)}...`;
}
