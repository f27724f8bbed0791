import { randomBytes } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { hasExpired, isOwnConsent, parseConsent, type Consent } from "#model/consent.js";
import { isDiskFull, UnderstudyError } from "#model/errors.js";
import type { ConsentEntry, ConsentStore, Revocation } from "./consent-store.js";

/**
 * One JSON file a record (`consent_x.json`) and one for its revocation (`consent_x.revoked.json`), in a folder that only
 * this user can read. The folder is made with the first record.
 */
export function createFileConsentStore(folder: string): ConsentStore {
  const recordPath = (id: string) => join(folder, `${id}.json`);
  const revocationPath = (id: string) => join(folder, `${id}.revoked.json`);

  const get = async (id: string): Promise<ConsentEntry | undefined> => {
    // An id comes from a command line; one of another form is no name of a file of ours.
    const text = idForm.test(id) ? await readIfThere(recordPath(id)) : undefined;
    if (text === undefined) return undefined;
    const consent = parseConsent(parseJson(text, id));
    if (consent.id !== id) {
      throw new UnderstudyError("consent-altered", `The file of consent ${id} holds the record of another one.`);
    }
    const revocation = await readRevocation(revocationPath(id), id);
    return revocation === undefined ? { consent } : { consent, revocation };
  };
  /** What a record covers, when it can be read. */
  const photosOf = async (id: string): Promise<Pick<Revocation, "photoSha256">> => {
    const entry = await get(id).catch(passOver);
    return entry === undefined ? {} : { photoSha256: entry.consent.photoSha256 };
  };
  const list = async (): Promise<ConsentEntry[]> => {
    const ids = (await namesIn(folder)).flatMap((name) => recordName.exec(name)?.[1] ?? []);
    const entries: ConsentEntry[] = [];
    for (let from = 0; from < ids.length; from += recordsAtATime) {
      const read = await Promise.all(ids.slice(from, from + recordsAtATime).map((id) => get(id).catch(passOver)));
      entries.push(...read.filter((entry) => entry !== undefined));
    }
    return entries.sort((a, b) => a.consent.createdAt.localeCompare(b.consent.createdAt));
  };
  return {
    get,
    list,
    async revocations() {
      const ids = (await namesIn(folder)).flatMap((name) => revocationName.exec(name)?.[1] ?? []);
      const revocations: Revocation[] = [];
      for (const id of ids) {
        const revocation = await readRevocation(revocationPath(id), id);
        if (revocation === undefined) continue;
        revocations.push(
          revocation.photoSha256 === undefined ? { ...revocation, ...(await photosOf(id)) } : revocation,
        );
      }
      return revocations;
    },
    async add(consent) {
      const text = jsonFile(consent);
      if (await writeNew(folder, recordPath(consent.id), text)) return;
      if ((await readFile(recordPath(consent.id), "utf8")) === text) return;
      throw new UnderstudyError("output-exists", `There is another record of the id ${consent.id}.`, {
        hint: "Records are never changed; make a new one with `understudy consent new`.",
      });
    },
    async revoke(revocation) {
      const { consentId } = revocation;
      const isKnown = idForm.test(consentId) && (await readIfThere(recordPath(consentId))) !== undefined;
      if (!isKnown) throw new UnderstudyError("unknown-consent", "There is no consent record of this id.");
      await writeNew(folder, revocationPath(consentId), jsonFile({ ...revocation, ...(await photosOf(consentId)) }));
    },
    async find(photoSha256, now, isAccepted = () => true) {
      const covers = ({ consent, revocation }: ConsentEntry) =>
        revocation === undefined &&
        !hasExpired(consent, now) &&
        photoSha256.every((sha256) => consent.photoSha256.includes(sha256)) &&
        isAccepted(consent);
      const found = (await list()).filter(covers).map(({ consent }) => consent);
      return found.findLast(isOwnConsent) ?? found.at(-1);
    },
    async forget(id) {
      if (!idForm.test(id)) return;
      const revocation = await readRevocation(revocationPath(id), id);
      if (revocation !== undefined) {
        const { revokedAt, photoSha256 } = revocation;
        const kept = {
          consentId: id,
          revokedAt,
          ...(photoSha256 === undefined ? await photosOf(id) : { photoSha256 }),
        };
        await write(folder, (partial) => rename(partial, revocationPath(id)), jsonFile(kept));
      }
      await rm(recordPath(id), { force: true });
    },
    async erase(id) {
      if (!idForm.test(id)) return;
      // The revocation goes last: until the record is gone, it stays taken back.
      await rm(recordPath(id), { force: true });
      await rm(revocationPath(id), { force: true });
    },
  };
}

/** Files that are open at a time. */
const recordsAtATime = 32;

const idForm = /^consent_[0-9a-f]{16}$/;
const recordName = /^(consent_[0-9a-f]{16})\.json$/;
const revocationName = /^(consent_[0-9a-f]{16})\.revoked\.json$/;

const revocationSchema = z.strictObject({
  consentId: z.string(),
  revokedAt: z.iso.datetime(),
  revokedBy: z.string().optional(),
  reason: z.string().optional(),
  photoSha256: z.array(z.string()).optional(),
});

/** A revocation that cannot be read still revokes: the file's time says when, nobody knows who. */
async function readRevocation(path: string, consentId: string): Promise<Revocation | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return revocationSchema.parse(JSON.parse(text)) as Revocation;
  } catch {
    return { consentId, revokedAt: (await stat(path)).mtime.toISOString() };
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(nothingThere);
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(nothingThere)) ?? [];
}

/** Only what is not there may count as nothing: a revocation that merely cannot be read must not be missed. */
function nothingThere(thrown: NodeJS.ErrnoException): undefined {
  if (thrown.code === "ENOENT") return undefined;
  throw new UnderstudyError("data-folder-unreadable", `The consent records cannot be read (${thrown.code}).`, {
    cause: thrown,
  });
}

/** A record that is damaged covers nothing; it must not stop renders that it has nothing to do with. */
function passOver(thrown: unknown): undefined {
  if (thrown instanceof UnderstudyError && thrown.code !== "data-folder-unreadable") return undefined;
  throw thrown;
}

function parseJson(text: string, id: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnderstudyError("consent-invalid", `The file of consent ${id} is not JSON.`);
  }
}

function jsonFile(value: Consent | Revocation): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Writes a file whole and once. @returns false when there is one already, which stays as it is. */
function writeNew(folder: string, path: string, text: string): Promise<boolean> {
  return write(folder, (partial) => takePlace(partial, path), text);
}

/** Writes a file beside its place, on the disk when `place` gives it its name. */
async function write<T>(folder: string, place: (partial: string) => Promise<T>, text: string): Promise<T> {
  const partial = join(folder, `.understudy-${randomBytes(6).toString("hex")}.partial`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(partial, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    return await place(partial);
  } catch (thrown) {
    throw folderError(thrown);
  } finally {
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

/** A hard link never replaces; disks without links get a look and a rename. */
async function takePlace(partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
  }
  if ((await readIfThere(path)) !== undefined) return false;
  await rename(partial, path);
  return true;
}

function folderError(thrown: unknown): UnderstudyError {
  if (thrown instanceof UnderstudyError) return thrown;
  if (isDiskFull(thrown)) {
    return new UnderstudyError("disk-full", "The disk filled up while the consent record was written.", {
      cause: thrown,
    });
  }
  const code = (thrown as NodeJS.ErrnoException)?.code;
  if (!takesNoFiles.has(String(code))) {
    return new UnderstudyError("data-folder-unreadable", `The consent records cannot be used (${code}).`, {
      cause: thrown,
    });
  }
  const hint = "Set dataFolder in the configuration to a folder that you may write to.";
  return new UnderstudyError("bad-config", `The consent record could not be written to the data folder (${code}).`, {
    hint,
    cause: thrown,
  });
}

/** May not write there, or what is there is no folder. */
const takesNoFiles: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "EEXIST", "ENOTDIR"]);
