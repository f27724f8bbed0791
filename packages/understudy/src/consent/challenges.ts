import { randomBytes } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { UnderstudyError, type NewConsent } from "@understudy/render";
import { z } from "zod";
import { writePrivateFile } from "#records/index.js";
import { drawPasscode } from "./passcode-words.js";

/** What the person will agree to by speaking it; everything of the record that is known before there is a recording. */
export type ConsentDraft = Omit<NewConsent, "evidence" | "now">;

/** A passcode that waits for its recording. Holds for 30 minutes and for one record. */
export interface Challenge {
  /** `challenge_` and 16 hex digits. */
  readonly id: string;
  readonly words: readonly string[];
  readonly expiresAt: string;
  readonly draft: ConsentDraft;
}

/** The passcodes of one installation. */
export interface Challenges {
  /** Draws three words, and lets `draftWith` put them into what is to be spoken. */
  issue(draftWith: (words: readonly string[]) => ConsentDraft, now: Date): Promise<Challenge>;
  /** @throws UnderstudyError `unknown-challenge` (also when it was used), `challenge-expired`. */
  read(id: string, now: Date): Promise<Challenge>;
  /** Uses it up; of two that try, one succeeds. @throws UnderstudyError `unknown-challenge`. */
  use(id: string): Promise<void>;
}

const validMilliseconds = 30 * 60_000;

/** One file a challenge, in a folder for this user alone; the retention sweep removes those that have run out. */
export function createChallenges(folder: string): Challenges {
  const pathOf = (id: string) => join(folder, `${id}.json`);
  return {
    async issue(draftWith, now) {
      const words = drawPasscode();
      const challenge: Challenge = {
        id: `challenge_${randomBytes(8).toString("hex")}`,
        words,
        expiresAt: new Date(now.getTime() + validMilliseconds).toISOString(),
        draft: draftWith(words),
      };
      await writePrivateFile(pathOf(challenge.id), `${JSON.stringify(challenge, null, 2)}\n`);
      return challenge;
    },
    async read(id, now) {
      const challenge = await readChallenge(folder, id);
      if (challenge === undefined) throw unknown();
      if (Date.parse(challenge.expiresAt) <= now.getTime()) {
        throw new UnderstudyError("challenge-expired", `The passcode ${id} ran out on ${challenge.expiresAt}.`);
      }
      return challenge;
    },
    async use(id) {
      const used = `${pathOf(id)}.used`;
      // A rename succeeds once, whoever else tries.
      await rename(pathOf(id), used).catch(() => {
        throw unknown();
      });
      await rm(used, { force: true });
    },
  };
}

const idForm = /^challenge_[0-9a-f]{16}$/;

/** The form only: what a record may hold is checked when it is made. */
const challengeSchema = z.object({
  id: z.string().regex(idForm),
  words: z.array(z.string()).length(3),
  expiresAt: z.iso.datetime(),
  draft: z.looseObject({ photoSha256: z.array(z.string()) }),
});

async function readChallenge(folder: string, id: string): Promise<Challenge | undefined> {
  if (!idForm.test(id)) return undefined;
  try {
    const read = challengeSchema.parse(JSON.parse(await readFile(join(folder, `${id}.json`), "utf8")));
    return read.id === id ? (read as unknown as Challenge) : undefined;
  } catch {
    return undefined;
  }
}

function unknown(): UnderstudyError {
  return new UnderstudyError("unknown-challenge", "There is no such passcode here, or it was used already.");
}
