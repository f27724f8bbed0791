import { statfs } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { createMediaIo, grabFrames, openVideoWriter, type MediaChoice } from "@understudy/render";
import type { DoctorProbes } from "./world.js";

/** What others open; the doctor only looks. */
export type OpenedParts = Pick<DoctorProbes, "checkEngine" | "openDatabase" | "openArtifacts">;

/** Longest wait for a link's answer, and most bytes of it; 1000 are expected. */
const [linkTimeoutMs, maxLinkBytes] = [20_000, 65_536];

/** This machine. */
export function createLocalProbes(parts: OpenedParts): DoctorProbes {
  return {
    ...parts,
    machine: () => ({
      nodeVersion: process.versions.node,
      platform: process.platform,
      architecture: process.arch,
      cores: availableParallelism(),
      memoryBytes: memoryBytes(),
    }),
    freeBytes,
    checkMedia,
    readLink,
  };
}

/** Without a limit, Node tells 0 or a number beyond what there is. */
function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (thrown) {
    const isMissing = (thrown as NodeJS.ErrnoException).code === "ENOENT";
    if (!isMissing || dirname(folder) === folder) throw thrown;
    return freeBytes(dirname(folder));
  }
}

async function checkMedia(
  folder: string,
  mediaIo: MediaChoice,
): Promise<{ readonly name: string; readonly frames: number }> {
  const io = createMediaIo(mediaIo);
  const path = join(folder, "media.mp4");
  const size = { widthPixels: 64, heightPixels: 64 };
  const writer = await openVideoWriter(io, path, {
    ...size,
    frameRate: { numerator: 10, denominator: 1 },
    gopFrames: 5,
  });
  try {
    for (let frame = 0; frame < 10; frame++) {
      await writer.writePicture({ ...size, rgb: new Uint8Array(3 * 64 * 64).fill(25 * frame) });
    }
    await writer.finish();
  } finally {
    writer.close();
  }
  const frames = await grabFrames(io, path, [...Array(10).keys()]);
  return { name: io.name, frames: frames.length };
}

const readLink: DoctorProbes["readLink"] = async (url, signal) => {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(linkTimeoutMs)]);
  const answer = await fetch(url, { signal: stop, redirect: "manual" });
  const date = new Date(answer.headers.get("date") ?? "");
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk as Uint8Array);
    byteLength += (chunk as Uint8Array).length;
    if (byteLength > maxLinkBytes) break;
  }
  return {
    status: answer.status,
    bytes: Buffer.concat(chunks),
    date: Number.isNaN(date.getTime()) ? undefined : date,
  };
};
