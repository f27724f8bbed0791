import { z } from "@hono/zod-openapi";

/** An id of ours: a kind, an underscore, 16 hex digits. */
export function idOf(kind: string) {
  return z.string().regex(new RegExp(`^${kind}_[0-9a-f]{16}$`), `${kind}_ and 16 hex digits`);
}

/** Text that PostgreSQL takes: neither a zero character nor half of a surrogate pair, and not blank. */
export function storableText(longest: number) {
  return z
    .string()
    .max(longest)
    .regex(/\S/, "text that is not blank")
    .refine((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text), "text without zero characters");
}

/** Lower-case hex. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, "a lower-case SHA-256 in hex");

/** A path with the id of something, such as `/v1/consents/{id}`. */
export function pathWith(kind: string, example: string) {
  return z.object({ id: idOf(kind).openapi({ param: { name: "id", in: "path" }, example }) });
}

/** A field that nobody reads is a wish that is not met, so it is refused; these words name it. */
export function strict<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `this release does not know ${issue.keys.map((key) => key.slice(0, 40)).join(", ")}`
        : undefined,
  });
}
