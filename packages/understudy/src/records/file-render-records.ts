import { readFile, rm } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { isRenderId, UnderstudyError } from "@understudy/render";
import { z } from "zod";
import { namesIn, nothingThere } from "./look-at.js";
import { writePrivateFile } from "./private-file.js";
import type { RenderRecord, RenderRecords } from "./render-records.js";
import { recordOf, storedOf, type StoredRecord } from "./stored-record.js";

/**
 * One JSON file a render, readable by this user only. Those in state `started` lie in `open/`, so that finding what a
 * crash left does not mean reading all there ever was. A render that lies in both places has ended.
 */
export function createFileRenderRecords(folder: string): RenderRecords {
  const openFolder = join(folder, "open");
  const ended = (renderId: string) => join(folder, fileName(renderId));
  const started = (renderId: string) => join(openFolder, fileName(renderId));
  const read = async (renderId: string) => (await readRecord(ended(renderId))) ?? (await readRecord(started(renderId)));
  const get = async (renderId: string) => {
    const record = await read(renderId);
    if (record !== "damaged") return record;
    throw new UnderstudyError("data-folder-unreadable", `The record of ${renderId} is damaged.`);
  };
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
      const ids = new Set([...(await idsIn(openFolder)), ...(await idsIn(folder))]);
      return (await readAll([...ids], read)).sort(byAge);
    },
    async listStarted() {
      const records = await readAll(await idsIn(openFolder), read);
      return records.filter(({ state }) => state === "started").sort(byAge);
    },
    async erase(renderId) {
      await rm(started(renderId), { force: true });
      await rm(ended(renderId), { force: true });
    },
  };
}

/** @throws UnderstudyError `internal-error` for an id that is none: it would name a file elsewhere. */
function fileName(renderId: string): string {
  if (!isRenderId(renderId)) throw new UnderstudyError("internal-error", "A render id is malformed.");
  return `${renderId}.json`;
}

function textOf(record: RenderRecord): string {
  return `${JSON.stringify(storedOf(record), null, 2)}\n`;
}

function byAge(a: RenderRecord, b: RenderRecord): number {
  return a.startedAt.localeCompare(b.startedAt) || a.renderId.localeCompare(b.renderId);
}

async function idsIn(folder: string): Promise<string[]> {
  const stems = (await namesIn(folder)).filter((name) => name.endsWith(".json")).map((name) => basename(name, ".json"));
  return stems.filter(isRenderId);
}

/** Files that are open at a time. */
const recordsAtATime = 32;

async function readAll(ids: readonly string[], read: (renderId: string) => ReadRecord): Promise<RenderRecord[]> {
  const records: RenderRecord[] = [];
  for (let from = 0; from < ids.length; from += recordsAtATime) {
    const some = await Promise.all(ids.slice(from, from + recordsAtATime).map(read));
    records.push(...some.filter((record) => record !== undefined && record !== "damaged"));
  }
  return records;
}

type ReadRecord = Promise<RenderRecord | "damaged" | undefined>;

/** Undefined only when there is none; one that lies under another render's name is damaged. */
async function readRecord(path: string): ReadRecord {
  const text = await readFile(path, "utf8").catch(nothingThere);
  if (text === undefined) return undefined;
  try {
    const record = recordOf(recordSchema.parse(JSON.parse(text)) as StoredRecord);
    return path.endsWith(fileName(record.renderId)) ? record : "damaged";
  } catch {
    return "damaged";
  }
}

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const absolutePath = z.string().refine(isAbsolute);

const person = {
  consentId: z.string().regex(/^consent_[0-9a-f]{16}$/),
  subjectId: z.string().regex(/^subject_[0-9a-f]{16}$/),
  faces: z.array(z.strictObject({ path: absolutePath, sha256: sha256Hex })),
};

/** A file on disk is input like any other; what an edited one names must not be removed as an output. */
const recordSchema = z
  .strictObject({
    version: z.literal(1),
    renderId: z.string().refine(isRenderId),
    ...person,
    others: z.array(z.strictObject(person)).min(1).optional(),
    watermarkId: z.string().regex(/^[0-9a-f]{6}$/),
    label: z.union([
      z.strictObject({ kind: z.enum(["on", "start"]) }),
      z.strictObject({ kind: z.literal("delegated"), reason: z.string() }),
    ]),
    state: z.enum(["started", "finished", "failed", "interrupted"]),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().optional(),
    process: z.strictObject({
      pid: z.int().min(1),
      startedAt: z.string().optional(),
      pidNamespace: z.string().optional(),
    }),
    workFolder: absolutePath,
    outputFolder: absolutePath,
    outputPaths: z.array(absolutePath),
    source: z.strictObject({ path: absolutePath, sha256: sha256Hex.optional() }),
    outputs: z.array(z.strictObject({ path: absolutePath, sha256: sha256Hex, byteLength: z.int().min(0) })),
    published: z
      .array(z.strictObject({ endpointUrl: z.url(), bucket: z.string().min(1), key: z.string().min(1) }))
      .optional(),
    publishedRemovedAt: z.iso.datetime().optional(),
    fingerprint: z
      .strictObject({ algorithm: z.string(), stepSeconds: z.number(), hashes: z.array(z.string()) })
      .optional(),
  })
  .refine(({ outputFolder, outputPaths }) => outputPaths.every((path) => dirname(path) === outputFolder))
  .refine(({ outputPaths, outputs }) => outputs.every(({ path }) => outputPaths.includes(path)));
