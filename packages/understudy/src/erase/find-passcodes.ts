import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { namesIn, nothingThere } from "#records/look-at.js";

/** A passcode that waits for its recording, and whom it was given to. */
export interface WaitingPasscode {
  readonly id: string;
  readonly name: string;
  /** Absent when nothing else is on record of the person. */
  readonly subjectId?: string | undefined;
  readonly photoSha256: readonly string[];
}

/** Reads the passcodes of an installation. Damaged ones are passed over: the next sweep removes them. */
export async function findPasscodes(folder: string): Promise<WaitingPasscode[]> {
  const passcodes: WaitingPasscode[] = [];
  for (const name of await namesIn(folder)) {
    const id = /^(challenge_[0-9a-f]{16})\.json(\.used)?$/.exec(name)?.[1];
    const text = id === undefined ? undefined : await readFile(join(folder, name), "utf8").catch(nothingThere);
    const read = passcodeSchema.safeParse(parseJson(text ?? "")).data;
    if (id === undefined || read === undefined) continue;
    const { subject, photoSha256 } = read.draft;
    passcodes.push({ id, name: subject.name, subjectId: subject.id, photoSha256 });
  }
  return passcodes;
}

/** An id for a person of whom there is nothing but a passcode: the same each time, and it tells nothing of them. */
export function subjectIdFor({ id }: WaitingPasscode): string {
  return `subject_${createHash("sha256").update(id).digest("hex").slice(0, 16)}`;
}

const passcodeSchema = z.object({
  draft: z.object({
    subject: z.object({ id: z.string().optional(), name: z.string() }),
    photoSha256: z.array(z.string()),
  }),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
