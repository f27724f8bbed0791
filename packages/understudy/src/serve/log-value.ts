import { isSecretName, maskSecrets } from "./mask-secrets.js";

/** Longest text and list of one log line, and how deep it looks into objects. */
const limits = { characters: 4000, items: 100, depth: 6 } as const;

/**
 * A value as it may stand in a log line: plain JSON, without secrets, of bounded size. Of an error its name, code, message,
 * stack and cause, and nothing else: a database's `detail` holds whole rows.
 */
export function logValue(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case "string":
      return maskSecrets(value.length > limits.characters ? `${value.slice(0, limits.characters)}…` : value);
    case "bigint":
      return value.toString();
    case "symbol":
    case "function":
      return undefined;
    case "object":
      return value === null ? null : logObject(value, depth);
    default:
      return value;
  }
}

/** Every member of an object as it may stand in a log line. */
export function logMembers(members: object, depth = 0): Record<string, unknown> {
  const entries = Object.entries(members).slice(0, limits.items);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === "string" && isSecretName(name) ? "***" : logValue(value, depth + 1),
    ]),
  );
}

function logObject(value: object, depth: number): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  // Circles end here too.
  if (depth >= limits.depth) return "…";
  if (value instanceof Error) return logError(value, depth);
  if (value instanceof URL) return maskSecrets(value.href);
  if (Array.isArray(value)) return value.slice(0, limits.items).map((item) => logValue(item, depth + 1));
  return logMembers(value, depth);
}

function logError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const code = "code" in error ? logValue(error.code, depth + 1) : undefined;
  return {
    name,
    ...(code !== undefined && { code }),
    message: logValue(message),
    ...(stack !== undefined && { stack: logValue(stack) }),
    ...(cause !== undefined && { cause: logValue(cause, depth + 1) }),
  };
}
