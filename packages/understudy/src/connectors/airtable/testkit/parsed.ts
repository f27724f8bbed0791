import type { z } from "zod";
import { invalidRequest, type Refusal } from "./refusal.js";

/** Reads what a program sent. @param refusal default 422 INVALID_REQUEST_UNKNOWN. @throws Refusal */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, refusal: () => Refusal = invalidRequest): T {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw refusal();
  }
  return result.data;
}
