import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import { onTestFinished } from "vitest";
import { scopes } from "#access/caller.js";
import { configSchema } from "#config/index.js";
import type { Database } from "#postgres/database.js";
import type { Api, ApiEnv } from "#server/api.js";
import { addUploadsRoutes } from "#server/handlers/uploads.js";
import { problem } from "#server/problem.js";
import { refuseInvalid } from "#server/refuse-invalid.js";
import type { Service } from "#server/service.js";
import { createDiskArtifacts } from "#storage/disk-artifacts.js";
import { createUploadList, type SweptUploadList } from "#uploads/postgres-upload-list.js";

/** The upload routes alone, behind a port; whoever sends `x-owner` is that owner. */
export interface UploadApi {
  readonly api: Api;
  readonly uploads: SweptUploadList;
  readonly owner: string;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Bytes that lie in the work folder: of pieces that are being received. */
  takenBytes(): Promise<number>;
}

/** Largest upload of these routes. */
export const maxUploadBytes = 1_000_000;

/** Opens them for one test, with an owner of its own. */
export async function openUploadApi({ pool }: Database): Promise<UploadApi> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-uploads-"));
  const config = configSchema.parse({ dataFolder: folder, limits: { maxInputBytes: maxUploadBytes } });
  const uploads = createUploadList({
    pool,
    artifacts: createDiskArtifacts(join(folder, "artifacts")),
    now: () => new Date("2027-01-01T12:00:00Z"),
    workFolder: join(folder, "work"),
    limits: { maxInputBytes: maxUploadBytes, keptDays: 7 },
    mediaTypeOf: async (head) => (Buffer.from(head.subarray(4, 8)).toString() === "ftyp" ? "video/mp4" : undefined),
  });
  const owner = `owner_${randomBytes(8).toString("hex")}`;
  const api: Api = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  api.onError((thrown, context) => problem(context, thrown));
  api.use(async (context, next) => {
    const ownerId = context.req.header("x-owner") ?? owner;
    context.set("caller", { ownerId, keyId: "key_0", scopes, requestsPerMinute: 1, rendersAtOnce: 1 });
    context.set("answerHeaders", {});
    await next();
    for (const [name, value] of Object.entries(context.get("answerHeaders"))) context.header(name, value);
  });
  addUploadsRoutes(api, { uploads, config } as unknown as Service);
  const server = createServer(getRequestListener(api.fetch, { overrideGlobalObjects: false })).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    await rm(folder, { recursive: true, force: true });
  });
  const takenBytes = () => bytesBelow(join(folder, "work"));
  return { api, uploads, owner, takenBytes, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function bytesBelow(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const pieces = names.filter((name) => !name.endsWith("owner.json"));
  const sizes = await Promise.all(
    pieces.map((name) =>
      stat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
