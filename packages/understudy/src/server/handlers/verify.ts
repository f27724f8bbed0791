import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "@hono/zod-openapi";
import { readAnchors, UnderstudyError } from "@understudy/render";
import { json, jsonBody, keyedRoute, type AddRoutes } from "#server/api.js";
import type { Service } from "#server/service.js";
import type { Upload } from "#uploads/upload-list.js";
import { verifyFile, type VerifyReport } from "#verify/index.js";
import { wholeUpload, withUpload } from "./borrow-upload.js";
import { idOf } from "./field-schemas.js";

/** Files that are looked at at a time; each decodes a whole video. */
const maxAtOnce = 2;

const reportSchema = z
  .looseObject({
    file: z.string(),
    verdict: z.enum(["ours", "signed", "altered", "invalid", "remote", "stripped", "unmarked"]),
    reason: z.string(),
    code: z.string().optional(),
    hint: z.string().optional(),
    sha256: z.string(),
    byteLength: z.int(),
    matches: z.array(z.looseObject({ renderId: z.string(), consentId: z.string() })),
    looksLike: z.array(z.object({ renderId: z.string(), similarity: z.number() })),
  })
  .openapi("VerifyReport", {
    description: "As `understudy verify FILE --json` says it; only your own renders are compared with.",
    example: {
      file: "download.mp4",
      verdict: "unmarked",
      reason: "It carries no credentials, and no watermark of ours was read. That says nothing for or against it.",
      code: "credentials-missing",
      hint: "Compare the file with its original, or ask who made it; its credentials may have been removed.",
      sha256: "d".repeat(64),
      byteLength: 1_048_576,
      provenance: { state: "absent" },
      matches: [],
      looksLike: [],
    },
  });

const verify = keyedRoute("renders:read", {
  method: "post",
  path: "/v1/verify",
  tags: ["verify"],
  summary: "Say where a file comes from and whether it is unchanged",
  description:
    "Reads Content Credentials and watermark of an upload of yours, and compares it with your renders. Nothing is fetched from the network. Takes about as long as playing the video at ten times its speed.",
  request: { body: jsonBody(z.strictObject({ uploadId: idOf("upload") }), { uploadId: "upload_00000000000000ab" }) },
  responses: { 200: json(reportSchema, "What the file is.") },
});

/** `/v1/verify`. */
export const addVerifyRoutes: AddRoutes = (api, service) => {
  let running = 0;
  api.openapi(verify, async (context) => {
    const { ownerId } = context.get("caller");
    const { signal } = context.req.raw;
    const upload = await wholeUpload(ownerId, context.req.valid("json").uploadId, service);
    if (running >= maxAtOnce) {
      throw new UnderstudyError("rate-limited", `${running} files are being looked at already.`, {
        hint: "Send the request again in some seconds.",
      });
    }
    running += 1;
    try {
      const report = await withUpload(upload, service, signal, (path) =>
        verifyUpload(path, { upload, ownerId, signal }, service),
      );
      return context.json(report as unknown as z.infer<typeof reportSchema>, 200);
    } finally {
      running -= 1;
    }
  });
};

async function verifyUpload(
  path: string,
  { upload, ownerId, signal }: { readonly upload: Upload; readonly ownerId: string; readonly signal: AbortSignal },
  { config, wiring, now, dataOf }: Service,
): Promise<VerifyReport> {
  const { renders, consents, keysFolder } = dataOf(ownerId);
  const { trustAnchorsFile } = config.seal;
  const task = {
    path,
    renders,
    consents,
    now: now(),
    ownAnchorsPem: await readAnchors(keysFolder),
    trustAnchorsPem: trustAnchorsFile === "" ? "" : await readFile(resolve(trustAnchorsFile), "utf8"),
    signal,
    onProgress: () => undefined,
  };
  const report = await wiring.withFileReaders(config.mediaIo, (readers) => verifyFile(task, readers));
  return { ...report, file: upload.fileName ?? upload.id };
}
