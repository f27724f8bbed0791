import { z } from "@hono/zod-openapi";
import { idOf, storableText, strict } from "./field-schemas.js";

/** Where an input lies. A path of the library is what `checkKey` of the artifact store takes. */
export const inputSchema = z
  .union(
    [
      strict({ url: storableText(8192) }),
      strict({ uploadId: idOf("upload") }),
      strict({
        libraryPath: z
          .string()
          .max(500)
          .regex(
            /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,199})*$/,
            "a relative path whose parts have at most 200 characters",
          ),
      }),
    ],
    { error: () => 'expected {"url": ...}, {"uploadId": ...} or {"libraryPath": ...}' },
  )
  .openapi("InputReference", {
    description: "A web address, an upload of yours, or a file that the operator put into your part of the library.",
  });
