import { readdir, readFile, rm } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { z } from "zod";
import { writePrivateFile } from "./private-file.js";
import type { RenderRecord, RenderRecords } from "./render-records.js";

/**
 * One JSON file a render, readable by this user only. Those in state `started` lie in `open/`, so that finding what a
 * crash left does not mean reading all there ever was. A render that lies in both places has ended.
 */
export function createFileRenderRecords(folder: string): RenderRecords {
  const openFolder = join(folder, "open");
  const ended = (renderId: string) => join(folder, fileName(renderId));
  const started = (renderId: string) => join(openFolder, fileName(renderId));
  const get = async (renderId: string) => (await readRecord(ended(renderId))) ?? (await readRecord(started(renderId)));
  return {
    get,
    async start(record) {
      await writePrivateFile(started(record.renderId), textOf(record));
    },
    async end(renderId, { sourceSha256, ...end }, now) {
      const record = await get(renderId);
      if (record === undefined) return;
      const source = { ...record.source, ...(sourceSha256 !== undefined && { sha256: sourceSha256 }) };
      await writePrivateFile(ended(renderId), textOf({ ...record, ...end, source, endedAt: now.toISOString() }));
      await rm(started(renderId), { force: true });
    },
    async list() {
      const records = [...(await readFolder(openFolder)), ...(await readFolder(folder))];
      return [...new Map(records.map((record) => [record.renderId, record])).values()].sort(byAge);
    },
    async listStarted() {
      const records = await readFolder(openFolder);
      const whole = await Promise.all(
        records.map(async (record) => (await readRecord(ended(record.renderId))) ?? record),
      );
      return whole.filter(({ state }) => state === "started").sort(byAge);
    },
    async erase(renderId) {
      await rm(started(renderId), { force: true });
      await rm(ended(renderId), { force: true });
    },
  };
}

const renderIdPattern = /^render_[0-9a-f]{16}$/;

/** @throws UnderstudyError `internal-error` for an id that is none: it would name a file elsewhere. */
function fileName(renderId: string): string {
  if (!renderIdPattern.test(renderId)) throw new UnderstudyError("internal-error", "A render id is malformed.");
  return `${renderId}.json`;
}

function textOf(record: RenderRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

function byAge(a: RenderRecord, b: RenderRecord): number {
  return a.startedAt.localeCompare(b.startedAt) || a.renderId.localeCompare(b.renderId);
}

async function readFolder(folder: string): Promise<RenderRecord[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => renderIdPattern.test(name.replace(/\.json$/, "")) && name.endsWith(".json"));
  const records = await Promise.all(files.map((name) => readRecord(join(folder, name))));
  return records.filter((record) => record !== undefined);
}

/** Undefined for a record that is missing, damaged, or lies under another render's name. */
async function readRecord(path: string): Promise<RenderRecord | undefined> {
  try {
    const record = recordSchema.parse(JSON.parse(await readFile(path, "utf8"))) as RenderRecord;
    return path.endsWith(fileName(record.renderId)) ? record : undefined;
  } catch {
    return undefined;
  }
}

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const absolutePath = z.string().refine(isAbsolute);

/** A file on disk is input like any other. */
const recordSchema = z.strictObject({
  version: z.literal(1),
  renderId: z.string().regex(renderIdPattern),
  consentId: z.string().regex(/^consent_[0-9a-f]{16}$/),
  subjectId: z.string().regex(/^subject_[0-9a-f]{16}$/),
  watermarkId: z.string().regex(/^[0-9a-f]{6}$/),
  label: z.union([
    z.strictObject({ kind: z.enum(["on", "start"]) }),
    z.strictObject({ kind: z.literal("delegated"), reason: z.string() }),
  ]),
  state: z.enum(["started", "finished", "failed", "interrupted"]),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  process: z.strictObject({ pid: z.int().min(1), startedAt: z.string().optional() }),
  workFolder: absolutePath,
  outputFolder: absolutePath,
  outputPaths: z.array(absolutePath),
  source: z.strictObject({ path: absolutePath, sha256: sha256Hex.optional() }),
  faces: z.array(z.strictObject({ path: absolutePath, sha256: sha256Hex })),
  outputs: z.array(z.strictObject({ path: absolutePath, sha256: sha256Hex, byteLength: z.int().min(0) })),
  fingerprint: z
    .strictObject({ algorithm: z.string(), stepSeconds: z.number(), hashes: z.array(z.string()) })
    .optional(),
});
