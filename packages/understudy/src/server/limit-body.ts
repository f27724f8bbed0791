import { bodyLimit } from "hono/body-limit";
import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "./api.js";
import { Refusal } from "./refusal.js";
import { isStreamed, maxBodyBytes } from "./streamed-bodies.js";

/** Refuses a body that says that it is too large before a byte is read, and one that does not say so when it gets too large. */
export function limitBody(): MiddlewareHandler<ApiEnv> {
  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      throw new Refusal(413, "input-too-large", `The body has more than ${maxBodyBytes} bytes.`, {
        hint: "Send files by POST /v1/uploads, and name them by their ids.",
      });
    },
  });
  return async (context, next) => {
    const { method, path } = context.req;
    const hasBody = method !== "GET" && method !== "HEAD";
    return hasBody && !isStreamed(path) ? limit(context, next) : next();
  };
}
