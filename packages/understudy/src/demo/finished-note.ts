import { basename, join } from "node:path";
import { z } from "zod";
import { outputPaths, readJsonFile, writeWhole } from "#paths/index.js";
import { sha256At } from "./made-note.js";
import type { DemoPlaces } from "./places.js";

/** SHA-256 by file name; `underWay` from before the first file is replaced until all are, when no hash can be relied on. */
export type FinishedNote = z.infer<typeof noteSchema>;

const noteSchema = z.union([
  z.strictObject({ underWay: z.literal(true) }),
  z.strictObject({ sha256: z.record(z.string(), z.string()) }),
]);

/** Where the note of the finished files lies. */
export function finishedNotePath({ folder }: DemoPlaces): string {
  return join(folder, "finished.made.json");
}

/** The files that a render of the demo writes. */
export function finishedFiles(places: DemoPlaces): string[] {
  return outputPaths(places);
}

/** The note; undefined when there is none, or something else is in its place. */
export async function readFinishedNote(places: DemoPlaces): Promise<FinishedNote | undefined> {
  const path = finishedNotePath(places);
  return noteSchema.safeParse(await readJsonFile(path, { what: "note", invalid: "bad-usage" }).catch(() => undefined))
    .data;
}

/** Runs a render and notes its files, so that the next one knows whose they are; a stop at any moment leaves a true note. */
export async function noteFinished<T>(places: DemoPlaces, render: () => Promise<T>): Promise<T> {
  const write = (note: FinishedNote) => writeWhole(finishedNotePath(places), `${JSON.stringify(note)}\n`);
  await write({ underWay: true });
  try {
    return await render();
  } finally {
    const entries = finishedFiles(places).map(async (path) => [basename(path), await hashOf(path)] as const);
    const found = (await Promise.all(entries)).filter(([, sha256]) => sha256 !== "");
    // Without it the first note stays, which is true as well.
    await write({ sha256: Object.fromEntries(found) }).catch(() => undefined);
  }
}

/** Also after a stop: its signal must not keep the note from being written. */
async function hashOf(path: string): Promise<string> {
  return (await sha256At(path, new AbortController().signal)) ?? "";
}
