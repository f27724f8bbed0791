import { randomBytes, X509Certificate } from "node:crypto";
import { link, lstat, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { platform } from "node:process";
import { UnderstudyError } from "#model/errors.js";
import { openRegularFile } from "#media/regular-file.js";
import { nameWriteError } from "#media/write-error.js";
import type { SealCredentials } from "#seal/provenance.js";
import { credentialsOf } from "./credentials.js";
import { anchorOf, joinKeys, splitKeys, splitPem, type KeyFiles } from "./key-files.js";

/** Private key and certificates, for keys made here also those of their authority: one file, replaced at once. */
const keysName = "signing-keys.pem";

const anchorsName = "anchors";

/** Holds the certificates of all keys there ever were. Each lies here before its key can sign, and none is ever taken away. */
export function anchorsFolderOf(keysFolder: string): string {
  return join(keysFolder, anchorsName);
}

/** Most bytes of one file; a chain of ten certificates has some 20 000. */
const maxFileBytes = 200_000;

/**
 * Reads the keys of a folder.
 * @returns undefined when there are none.
 * @throws UnderstudyError `keys-exposed` when others may read them (not on Windows), `keys-unusable`,
 * `certificate-unusable`, `data-folder-unreadable` when it cannot be told whether there are any.
 */
export async function readKeys(folder: string, now: Date): Promise<SealCredentials | undefined> {
  const text = await readText(join(folder, keysName), platform !== "win32");
  return text === undefined ? undefined : credentialsOf(splitKeys(text), now);
}

/**
 * Writes keys, readable by this user only. Whenever it is interrupted, the old keys or the new ones are there, and what
 * either signed is known as ours; of replaced keys the certificate stays, the private key is gone.
 * @throws UnderstudyError `keys-exist` when there are keys and `replace` is not set, `output-write-failed`, `disk-full`.
 */
export async function writeKeys(
  folder: string,
  keys: KeyFiles,
  options: { readonly replace?: boolean } = {},
): Promise<void> {
  const path = join(folder, keysName);
  const anchor = anchorOf(keys);
  const place = options.replace === true ? replaceFile : takeFreePlace;
  try {
    if (place === takeFreePlace && (await isThere(path))) throw keysExist(folder);
    await mkdir(anchorsFolderOf(folder), { recursive: true, mode: 0o700 });
    await writePrivate(join(anchorsFolderOf(folder), `${fingerprint(anchor)}.pem`), anchor, replaceFile);
    if (!(await writePrivate(path, joinKeys(keys), place))) throw keysExist(folder);
  } catch (thrown) {
    throw nameWriteError(path, thrown);
  }
}

/**
 * Certificates (PEM) by which what this folder's keys sign, or signed before they were replaced, is known as ours. What is
 * no certificate is passed over.
 * @throws UnderstudyError `data-folder-unreadable` when it cannot be told which there are, `keys-unusable`.
 */
export async function readAnchors(folder: string): Promise<string> {
  const names = await readdir(anchorsFolderOf(folder)).catch((thrown: NodeJS.ErrnoException) => {
    if (isMissing(thrown)) return [];
    throw unreadable(anchorsName, thrown);
  });
  const paths = names.filter((name) => name.endsWith(".pem")).map((name) => join(anchorsFolderOf(folder), name));
  const texts = await Promise.all(paths.sort().map((path) => readText(path, false)));
  return texts
    .flatMap((text) => splitPem(text ?? ""))
    .filter(isCertificate)
    .join("\n");
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function fingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();
}

async function readText(path: string, isPrivate: boolean): Promise<string | undefined> {
  const opened = await openRegularFile(path, "keys-unusable").catch((thrown: UnderstudyError) => {
    const cause = thrown.cause as NodeJS.ErrnoException | undefined;
    if (cause === undefined) throw thrown;
    if (isMissing(cause)) return undefined;
    throw unreadable(basename(path), cause);
  });
  if (opened === undefined) return undefined;
  const { file, byteLength } = opened;
  try {
    if (byteLength > maxFileBytes) throw new UnderstudyError("keys-unusable", `${basename(path)} is no key file.`);
    const { mode } = await file.stat();
    if (isPrivate && (mode & 0o077) !== 0) throw exposed(path, mode);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/** Writes a file beside its place, whole and on the disk, before `place` gives it its name. */
async function writePrivate(path: string, text: string, place: typeof takeFreePlace): Promise<boolean> {
  const partial = join(dirname(path), `.understudy-${randomBytes(6).toString("hex")}.partial`);
  try {
    await writeFile(partial, text, { flag: "wx", mode: 0o600, flush: true });
    return await place(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

async function replaceFile(partial: string, path: string): Promise<boolean> {
  await rename(partial, path);
  return true;
}

/** A hard link never replaces; disks without links get a look and a rename. */
async function takeFreePlace(partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
  }
  return !(await isThere(path)) && replaceFile(partial, path);
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (thrown: NodeJS.ErrnoException) => {
      if (isMissing(thrown)) return false;
      throw thrown;
    },
  );
}

function isMissing({ code }: NodeJS.ErrnoException): boolean {
  return code === "ENOENT" || code === "ENOTDIR";
}

function unreadable(name: string, cause: NodeJS.ErrnoException): UnderstudyError {
  return new UnderstudyError("data-folder-unreadable", `${name} of the key folder cannot be read (${cause.code}).`, {
    hint: "Give yourself the right to read the folder keys/ of the data folder; the keys in it may be whole.",
    cause,
  });
}

function exposed(path: string, mode: number): UnderstudyError {
  const rights = (mode & 0o777).toString(8).padStart(3, "0");
  return new UnderstudyError("keys-exposed", `Others may read ${basename(path)} (its rights are ${rights}).`, {
    hint: `Take the rights of others away: chmod 600 '${path.replaceAll("'", `'\\''`)}'`,
  });
}

function keysExist(folder: string): UnderstudyError {
  return new UnderstudyError("keys-exist", `There are keys in ${folder} already.`);
}
