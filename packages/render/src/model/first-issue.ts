import type { z } from "zod";

/** The first thing that a schema did not find as it should be, such as `swap.0: too small`; names fields, never values. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join(".") || "its top"}: ${issue?.message}`;
}
