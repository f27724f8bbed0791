import { lstat } from "node:fs/promises";
import { basename } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { readDemoConsent } from "./demo-consent.js";
import { finishedFiles, finishedNotePath, readFinishedNote } from "./finished-note.js";
import { madeNotePath, readMadeNote, sha256At } from "./made-note.js";
import type { DemoPlaces } from "./places.js";

/**
 * Looks at every place that the demo writes to before it writes anything: what lies there must be its own, unchanged, and
 * no link.
 * @throws UnderstudyError `bad-usage` that names the file.
 */
export async function assertOwnFiles(places: DemoPlaces, signal: AbortSignal): Promise<void> {
  for (const path of [places.source, places.portrait]) {
    const note = await readMadeNote(path);
    await assertOwn(madeNotePath(path), () => note !== undefined);
    await assertOwn(path, async () => note !== undefined && note.sha256 === (await sha256At(path, signal)));
  }
  await assertOwn(places.consent, async () => (await readDemoConsent(places.consent)) !== undefined);
  const note = await readFinishedNote(places);
  await assertOwn(finishedNotePath(places), () => note !== undefined);
  for (const path of finishedFiles(places)) {
    await assertOwn(path, async () => {
      if (note === undefined || "underWay" in note) return note !== undefined;
      return note.sha256[basename(path)] === (await sha256At(path, signal));
    });
  }
}

async function assertOwn(path: string, isOurs: () => boolean | Promise<boolean>): Promise<void> {
  const found = await lstat(path).catch((thrown: NodeJS.ErrnoException) => thrown);
  if (found instanceof Error) {
    if (found.code === "ENOENT") return;
    throw new UnderstudyError("bad-usage", `${path} cannot be used (${found.code}).`, chooseFolder);
  }
  if (found.isFile() && (await isOurs())) return;
  throw new UnderstudyError("bad-usage", `${path} is in the way: the demo did not make it, or it was changed since.`, {
    hint: "Choose another folder with -o, or move that file away.",
  });
}

const chooseFolder = { hint: "Choose another folder with -o." };
