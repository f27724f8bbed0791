import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { createInProcessRun, hashFile } from "@understudy/render";
import { onTestFinished } from "vitest";
import { configSchema } from "#config/index.js";
import type { DurableRun } from "#jobs/job-engine.js";
import { openTestDatabase } from "#postgres/testing/test-database.js";
import { openServiceData } from "#records/service-data.js";
import { createDiskArtifacts } from "#storage/disk-artifacts.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import type { UploadList } from "#uploads/upload-list.js";
import type { Wiring } from "#wire.js";
import type { Attachments } from "#renders/fetch-reference.js";
import { createRenderWork } from "#renders/make-render.js";
import { openRenderList } from "#renders/postgres-render-list.js";
import type { OnEnd } from "#renders/render-list.js";
import { renderPrefix } from "#renders/render-keys.js";
import type { RenderOrder } from "#renders/render-order.js";
import { sampleOrder, seedCaller } from "./sample-render.js";

const upload = (uploadId: string) => ({ kind: "upload", uploadId }) as const;
/** A sample order whose inputs were uploaded. */
export const fromUploads: Partial<RenderOrder> = { source: upload("upload_video"), faces: [upload("upload_photo")] };

/** Everything that one render needs, with a pipeline that decodes nothing. */
export async function openRenderWork(
  parts: {
    readonly wiring?: Partial<Wiring>;
    readonly settings?: object;
    readonly onEnd?: OnEnd;
    readonly attachments?: Attachments;
    readonly now?: () => Date;
    /** What a stopped render is given to tidy up; default as in the service, which no slow machine reaches. */
    readonly unwindMs?: number;
  } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "make-render-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const database = await openTestDatabase();
  const now = parts.now ?? (() => new Date());
  const renders = await openRenderList({ database, now, ...(parts.onEnd && { onEnd: parts.onEnd }) });
  onTestFinished(() => renders.close());
  const caller = await seedCaller(database);
  const artifacts = createDiskArtifacts(join(folder, "artifacts"));
  const uploaded = async (id: string, text: string) => {
    const path = join(folder, id);
    await writeFile(path, text);
    const { sha256, byteLength } = await hashFile(path, { maxBytes: 1e6 });
    await artifacts.put(
      `uploads/${id}/file`,
      { path, sha256, byteLength, mediaType: "x/y" },
      new AbortController().signal,
    );
    return [id, sha256] as const;
  };
  const known = new Map([await uploaded("upload_video", "a video"), await uploaded("upload_photo", "a photo")]);
  const uploads = {
    get: async (_owner: string, id: string) => ({ id, state: "whole", sha256: known.get(id) }),
    artifactKey: ({ id }: { readonly id: string }) => `uploads/${id}/file`,
  } as unknown as UploadList;
  const data = openServiceData({ pool: database.pool, folder: join(folder, "data"), ownerId: caller.ownerId });
  const logged: string[] = [];
  const note = (_facts: unknown, message: string) => void logged.push(message);
  const work = createRenderWork({
    config: configSchema.parse({ dataFolder: join(folder, "data"), ...parts.settings }),
    wiring: { ...createFakeWiring(), ...parts.wiring },
    database,
    renders,
    artifacts,
    uploads,
    ...(parts.attachments && { attachments: parts.attachments }),
    links: {
      make: async (_id, files) => files.map((file) => ({ ...file, path: `/r/secret/${file.fileName}` })),
      find: async () => undefined,
      revoke: async () => 0,
    },
    policy: parseAddressPolicy(["loopback"]),
    log: { info: note, warn: note, error: note },
    dataOf: () => data,
    workFolder: folder,
    now,
    ...(parts.unwindMs !== undefined && { unwindMs: parts.unwindMs }),
  });
  const make = async (order: Partial<RenderOrder> = fromUploads, run: Partial<DurableRun> = {}) => {
    const { render } = await renders.create({ order: sampleOrder(order), priority: 0 }, caller);
    await work({ renderId: render.id, run: 1 }, durable(run));
    return (await renders.get(caller.ownerId, render.id))!;
  };
  const files = (id: string) => artifacts.list(renderPrefix(id));
  return { folder, renders, caller, artifacts, data, work, make, files, logged };
}

/** A run of this process alone that passes for a durable one. */
export function durable(parts: Partial<DurableRun> = {}): DurableRun {
  const signal = parts.signal ?? new AbortController().signal;
  return { ...createInProcessRun({ signal }), runnerId: "runner", isAbandoned: false, ...parts };
}
