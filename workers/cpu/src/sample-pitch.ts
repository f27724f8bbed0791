import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { download, GuardedFetchError } from "@understudy/guarded-fetch";
import { medianPitch, readVoiceSample, type SentSample } from "@understudy/render";
import { inputError } from "@understudy/understudy";
import type { StageShare } from "./deadline.js";
import { withJobFolder, type Workshop } from "./workshop.js";

/** Largest recording that is fetched, in bytes: 15 s in any form. */
const maxRecordingBytes = 20 * 2 ** 20;

/**
 * The pitch of a recorded voice, which is kept no longer than it takes to find it.
 * @returns undefined where hardly anything is voiced.
 * @throws UnderstudyError `bad-voice-sample`, `unreadable-media`, and what fetching can be refused for; the signal's reason.
 */
export function samplePitch(
  sample: SentSample,
  workshop: Pick<Workshop, "data" | "io" | "policy">,
  share: StageShare,
): Promise<number | undefined> {
  return withJobFolder(workshop, async (folder) => {
    const path = await recordingIn(folder, sample, workshop, share);
    return medianPitch(await readVoiceSample(workshop.io, { path, text: sample.text }, share.signal));
  });
}

/** Messages about a file name it: whoever reads them knows it by its member. */
async function recordingIn(
  folder: string,
  { sound }: SentSample,
  { policy }: Pick<Workshop, "policy">,
  { signal, remainingMs, workOn }: StageShare,
): Promise<string> {
  if ("wav" in sound) {
    const path = join(folder, "ref_audio");
    await writeFile(path, sound.wav);
    return path;
  }
  workOn("ref_url");
  const path = join(folder, "ref_url");
  const limits = { maxBytes: maxRecordingBytes, totalMs: Math.max(1, Math.round(remainingMs)) };
  await download(sound.url, path, { accept: ["audio", "video"], policy, signal, limits }).catch((thrown: unknown) => {
    throw thrown instanceof GuardedFetchError ? inputError("ref_url", thrown) : thrown;
  });
  return path;
}
