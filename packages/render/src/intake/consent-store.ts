import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseConsent, type Consent } from "#model/consent.js";

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
    const records = names.filter((name) => /^consent_[0-9a-f]{16}\.json$/.test(name));
    return Promise.all(
      records.map(async (name) => parseConsent(JSON.parse(await readFile(join(folder, name), "utf8")))),
    );
  };
  return {
    async add(consent) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const partial = join(folder, `${consent.id}.${randomBytes(4).toString("hex")}.partial`);
      await writeFile(partial, `${JSON.stringify(consent, null, 2)}\n`, { mode: 0o600, flag: "wx" });
      await rename(partial, join(folder, `${consent.id}.json`));
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
