import { z } from "@hono/zod-openapi";
import { UnderstudyError } from "@understudy/render";
import type { Context } from "hono";
import { json, keyedRoute, problemResponse, type AddRoutes, type ApiEnv } from "#server/api.js";
import { notFound } from "#server/problem.js";
import { Refusal } from "#server/refusal.js";
import type { Service } from "#server/service.js";
import type { PieceChecksum, Upload } from "#uploads/upload-list.js";
import {
  cleanName,
  pieceType,
  progressFields,
  readAnnouncement,
  readChecksum,
  readCount,
  speaksTus,
  tusAbilities,
} from "./tus.js";

const tags = ["uploads"];

const exampleUpload = {
  id: "upload_0123456789abcdef",
  state: "whole",
  byteLength: 1_048_576,
  receivedBytes: 1_048_576,
  mediaType: "video/mp4",
  sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  fileName: "interview.mp4",
  createdAt: "2027-01-01T12:00:00.000Z",
  expiresAt: "2027-01-08T12:00:00.000Z",
} as const;

const uploadSchema = z
  .object({
    id: z.string(),
    state: z
      .enum(["open", "whole", "broken"])
      .openapi({ description: "`open`: bytes are missing. `broken`: they were not what was announced, or no media." }),
    byteLength: z.int(),
    receivedBytes: z.int().openapi({ description: "Where the next piece begins." }),
    mediaType: z.string().optional().openapi({ description: "By its bytes, once it is whole." }),
    sha256: z.string().optional(),
    fileName: z.string().optional(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().openapi({ description: "When it is removed." }),
  })
  .openapi("Upload", { example: exampleUpload });

const params = z.object({ id: z.string().max(100).openapi({ example: exampleUpload.id }) });

const binary = z.string().openapi({ format: "binary" });

const field = (description: string, example: string) => z.string().optional().openapi({ description, example });

const tusField = field("`1.0.0`: the sender speaks tus.", "1.0.0");

const create = keyedRoute("uploads:write", {
  method: "post",
  path: "/v1/uploads",
  tags,
  summary: "Send a file",
  description:
    "A video, a picture, or a recording of a voice (WAV, MP3, M4A, FLAC, Ogg). Plainly: the whole file as the body, with its Content-Length, such as `curl --data-binary @video.mp4`. " +
    "Or in pieces that survive a broken connection, with any client of tus 1.0.0 (creation, creation-with-upload, " +
    "termination, expiration, checksum); its metadata may have `filename`, and `sha256` in hex.",
  request: {
    headers: z.object({
      "tus-resumable": tusField,
      "upload-length": field("tus: bytes of the whole file.", "1048576"),
    }),
    query: z.object({
      fileName: z
        .string()
        .max(1000)
        .optional()
        .openapi({ description: "What the file is called.", example: "interview.mp4" }),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional()
        .openapi({ description: "The file is refused when it has another." }),
    }),
    body: { content: { "application/octet-stream": { schema: binary } } },
  },
  responses: {
    201: json(
      uploadSchema,
      "The upload; `Location` is its address. For tus also `Upload-Offset`, where the next piece begins.",
    ),
    400: { ...problemResponse, description: "No length was announced, or none that can be." },
    413: { ...problemResponse, description: "The file is too large." },
    422: { ...problemResponse, description: "The bytes are not what was announced, or no video and no picture." },
  },
});

const list = keyedRoute("uploads:write", {
  method: "get",
  path: "/v1/uploads",
  tags,
  summary: "List your uploads",
  description: "Newest first.",
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }) },
  responses: { 200: json(z.object({ uploads: z.array(uploadSchema) }), "Your uploads.", { uploads: [exampleUpload] }) },
});

const get = keyedRoute("uploads:write", {
  method: "get",
  path: "/v1/uploads/{id}",
  tags,
  summary: "Look at an upload",
  description:
    "HEAD tells how far it is (`Upload-Offset`, `Upload-Length`), as tus asks; 410 when it takes no more bytes.",
  request: { params },
  responses: { 200: json(uploadSchema, "The upload.") },
});

const append = keyedRoute("uploads:write", {
  method: "patch",
  path: "/v1/uploads/{id}",
  tags,
  summary: "Send the next piece",
  description:
    "From `Upload-Offset` on. When the connection breaks, what arrived counts: ask by HEAD where to go on. The last piece makes the " +
    "upload whole. With `Upload-Checksum` (sha1 or sha256) a piece counts in whole or not at all; it has less than 64 MiB.",
  request: {
    params,
    headers: z.object({
      "tus-resumable": tusField,
      "upload-offset": field("Where the piece begins.", "0"),
      "upload-checksum": field("An algorithm, and the piece's digest in base64.", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="),
    }),
    body: { content: { [pieceType]: { schema: binary } } },
  },
  responses: {
    204: { description: "`Upload-Offset` says where the next piece begins." },
    400: { ...problemResponse, description: "A field is missing, or cannot be used." },
    409: { ...problemResponse, description: "The next piece begins elsewhere, or another sender was quicker." },
    415: { ...problemResponse, description: `The content type is not ${pieceType}.` },
    422: { ...problemResponse, description: "The bytes are not what was announced, or no video and no picture." },
    460: { ...problemResponse, description: "The piece is not what its checksum says." },
  },
});

const remove = keyedRoute("uploads:write", {
  method: "delete",
  path: "/v1/uploads/{id}",
  tags,
  summary: "Remove an upload",
  description: "With all its bytes. Renders that have taken it are not touched.",
  request: { params },
  responses: { 204: { description: "It is gone." } },
});

const abilities = keyedRoute("uploads:write", {
  method: "options",
  path: "/v1/uploads",
  tags,
  summary: "Ask what of tus is spoken",
  responses: { 204: { description: "Versions, extensions, checksum algorithms and the largest file." } },
});

/** `/v1/uploads`: tus 1.0.0, and a plain way for whoever has the whole file at hand. */
export const addUploadsRoutes: AddRoutes = (api, service) => {
  const { uploads, config } = service;
  const find = async (context: Context<ApiEnv>, id: string): Promise<Upload> => {
    const upload = await uploads.get(context.get("caller").ownerId, id);
    if (upload === undefined) throw notFound("upload");
    return upload;
  };
  api.openapi(create, async (context) => {
    if (speaksTus(context)) {
      const upload = await createByTus(context, service);
      return context.json(uploadView(upload), 201, { ...progressFields(upload), location: pathOf(upload) });
    }
    const { fileName, sha256 } = context.req.valid("query");
    const announced = {
      byteLength: readCount(context, "content-length"),
      ...(fileName !== undefined && { fileName: cleanName(fileName) }),
      ...(sha256 !== undefined && { sha256 }),
    };
    const upload = await uploads.create(context.get("caller").ownerId, announced);
    const whole = await appendOrRemove(context, service, upload, undefined);
    if (whole.state !== "whole") throw await tooShort(service, whole);
    return context.json(uploadView(whole), 201, { location: pathOf(whole) });
  });
  api.openapi(list, async (context) => {
    const found = await uploads.list(context.get("caller").ownerId, context.req.valid("query").limit);
    return context.json({ uploads: found.map(uploadView) }, 200);
  });
  api.openapi(get, async (context) => {
    speaksTus(context);
    const upload = await find(context, context.req.valid("param").id);
    // Hono asks the route of GET, and drops the body.
    const isGone = context.req.method === "HEAD" && upload.state === "broken";
    return context.json(uploadView(upload), isGone ? (410 as 200) : 200, progressFields(upload));
  });
  api.openapi(append, async (context) => {
    speaksTus(context);
    const upload = await find(context, context.req.valid("param").id);
    if (context.req.header("content-type") !== pieceType) throw wrongType();
    const checksum = readChecksum(context);
    const offset = readCount(context, "upload-offset");
    const { raw } = context.req;
    const sent = uploads.append(upload, offset, bodyOf(raw), raw.signal, checksum);
    const grown = await sent.catch(async (thrown: unknown) => {
      const isDamaged = (thrown as Partial<UnderstudyError>).code === "upload-broken" && checksum !== undefined;
      const isOpen = isDamaged && (await uploads.get(upload.ownerId, upload.id))?.state === "open";
      throw isOpen ? new Refusal(460, "upload-broken", (thrown as Error).message) : thrown;
    });
    return context.body(null, 204, progressFields(grown));
  });
  api.openapi(remove, async (context) => {
    speaksTus(context);
    const { id } = context.req.valid("param");
    if (!(await uploads.remove(context.get("caller").ownerId, id))) throw notFound("upload");
    return context.body(null, 204);
  });
  api.openapi(abilities, (context) => {
    context.get("answerHeaders")["tus-resumable"] = "1.0.0";
    return context.body(null, 204, tusAbilities(config.limits.maxInputBytes));
  });
};

async function createByTus(context: Context<ApiEnv>, service: Service): Promise<Upload> {
  const [announced, checksum] = [readAnnouncement(context), readChecksum(context)];
  const upload = await service.uploads.create(context.get("caller").ownerId, announced);
  const hasPiece = context.req.header("content-type") === pieceType;
  return hasPiece ? appendOrRemove(context, service, upload, checksum) : upload;
}

/** Whose creation fails is not told the id: nothing is left of it. */
async function appendOrRemove(
  context: Context<ApiEnv>,
  { uploads }: Service,
  upload: Upload,
  checksum: PieceChecksum | undefined,
): Promise<Upload> {
  const { raw } = context.req;
  try {
    return await uploads.append(upload, 0, bodyOf(raw), raw.signal, checksum);
  } catch (thrown) {
    await uploads.remove(upload.ownerId, upload.id);
    throw thrown;
  }
}

async function* bodyOf({ body }: Request): AsyncGenerator<Uint8Array> {
  if (body !== null) yield* body as unknown as AsyncIterable<Uint8Array>;
}

/** From the root, so that it holds behind whatever address the sender knows. */
function pathOf({ id }: Upload): string {
  return `/v1/uploads/${id}`;
}

function uploadView({ ownerId: _ownerId, createdAt, expiresAt, ...facts }: Upload): z.infer<typeof uploadSchema> {
  return { ...facts, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}

async function tooShort({ uploads }: Service, { ownerId, id }: Upload): Promise<UnderstudyError> {
  await uploads.remove(ownerId, id);
  return new UnderstudyError("upload-broken", "Fewer bytes came than were announced.");
}

function wrongType(): Refusal {
  return new Refusal(415, "bad-request", "A piece has another content type.", {
    hint: `Send Content-Type: ${pieceType}.`,
  });
}
