import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseConsent, type Consent } from "#model/consent.js";
import { isDiskFull, UnderstudyError } from "#model/errors.js";

/** Keeps consent records. A record is added once and never changed. */
export interface ConsentStore {
  add(consent: Consent): Promise<void>;
  /** A live record that covers all the photos; the newest when there are several. */
  find(photoSha256: readonly string[], now: Date): Promise<Consent | undefined>;
}

/** One JSON file a record, in a folder that only this user can read. */
export function createFileConsentStore(folder: string): ConsentStore {
  const read = async (): Promise<Consent[]> => {
    const names = await readdir(folder).catch(() => []);
    const records = await Promise.all(
      names.filter((name) => recordName.test(name)).map((name) => readRecord(folder, name)),
    );
    return records.filter((record) => record !== undefined);
  };
  return {
    async add(consent) {
      const partial = join(folder, `${consent.id}.${randomBytes(4).toString("hex")}.partial`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(partial, `${JSON.stringify(consent, null, 2)}\n`, { mode: 0o600, flag: "wx" });
        await rename(partial, join(folder, `${consent.id}.json`));
      } catch (thrown) {
        await rm(partial, { force: true }).catch(() => undefined);
        throw folderError(thrown);
      }
    },
    async find(photoSha256, now) {
      const covers = (consent: Consent) =>
        photoSha256.every((sha256) => consent.photoSha256.includes(sha256)) &&
        (consent.expiresAt === undefined || Date.parse(consent.expiresAt) > now.getTime());
      return (await read())
        .filter(covers)
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
        .at(0);
    },
  };
}

const recordName = /^consent_[0-9a-f]{16}\.json$/;

/** A record that cannot be read covers nothing; it must not stop renders that it has nothing to do with. */
async function readRecord(folder: string, name: string): Promise<Consent | undefined> {
  try {
    return parseConsent(JSON.parse(await readFile(join(folder, name), "utf8")));
  } catch {
    return undefined;
  }
}

function folderError(thrown: unknown): UnderstudyError {
  if (isDiskFull(thrown)) {
    return new UnderstudyError("disk-full", "The disk filled up while the consent record was written.", {
      cause: thrown,
    });
  }
  const code = (thrown as NodeJS.ErrnoException)?.code;
  const hint = "Set dataFolder in the configuration to a folder that you may write to.";
  return new UnderstudyError("bad-config", `The consent record could not be written to the data folder (${code}).`, {
    hint,
    cause: thrown,
  });
}
