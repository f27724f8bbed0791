import type { RequestAnswer } from "@understudy/guarded-fetch";
import { z } from "zod";
import { AirtableFailure, type AirtableFailureKind } from "./airtable-failure.js";

/** Airtable's word for "the plan's requests of this month are used up": waiting half a minute does not help. */
export const monthlyLimit = "PUBLIC_API_BILLING_LIMIT_EXCEEDED";

/**
 * Reads what an answer says.
 * @param schema of the JSON; of `undefined` when the body is empty.
 * @throws AirtableFailure for any status but 2xx, and `unavailable` for what is not as the schema says.
 */
export function readAnswer<T>(answer: RequestAnswer, schema: z.ZodType<T>): T {
  const { status } = answer;
  if (status < 200 || status > 299) throw new AirtableFailure(kindOf(answer), errorTypeOf(answer), status);
  const read = schema.safeParse(jsonOf(answer));
  if (!read.success) throw new AirtableFailure("unavailable", "UNREADABLE_ANSWER", status);
  return read.data;
}

/**
 * Airtable's word for an error; `UNNAMED` when there is none. Its message is left where it is: it may quote a cell.
 * Source: the shapes that https://airtable.com/developers/web/api/errors lists, and `errors` as recorded answers have it.
 */
export function errorTypeOf(answer: RequestAnswer): string {
  const { error, errors } = errorSchema.safeParse(jsonOf(answer)).data ?? {};
  return (typeof error === "object" ? error.type : error) ?? errors?.[0]?.error ?? "UNNAMED";
}

const word = z.string().regex(/^[A-Z_]{1,60}$/);

const errorSchema = z.object({
  error: z.union([word, z.object({ type: word })]).optional(),
  errors: z.array(z.object({ error: word })).optional(),
});

function jsonOf({ body }: RequestAnswer): unknown {
  if (body.byteLength === 0) return undefined;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function kindOf({ status }: RequestAnswer): AirtableFailureKind {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return "missing";
  const isLater = status === 408 || status === 429;
  return status >= 400 && status <= 499 && !isLater ? "refused" : "unavailable";
}
