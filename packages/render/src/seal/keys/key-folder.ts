import { randomBytes, X509Certificate } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { platform } from "node:process";
import { UnderstudyError } from "#model/errors.js";
import { openRegularFile } from "#media/regular-file.js";
import type { SealCredentials } from "#seal/provenance.js";
import { credentialsOf } from "./credentials.js";
import { splitPem, type KeyFiles } from "./key-files.js";

const names = {
  chain: "certificate-chain.pem",
  privateKey: "private-key.pem",
  authority: "ca.pem",
  authorityKey: "ca-private-key.pem",
  /** Certificates that signed once; their private keys are gone. */
  retired: "retired",
} as const;

/** Most bytes of one file; a chain of ten certificates has some 20 000. */
const maxFileBytes = 200_000;

/**
 * Reads the keys of a folder.
 * @returns undefined when there are none.
 * @throws UnderstudyError `keys-exposed` when others may read a private key (not on Windows), `keys-unusable`,
 * `certificate-unusable`.
 */
export async function readKeys(folder: string, now: Date): Promise<SealCredentials | undefined> {
  const keys = await readFiles(folder);
  return keys === undefined ? undefined : credentialsOf(keys, now);
}

/**
 * Writes key files: the whole folder takes its place at once, readable by this user only. Of replaced keys the
 * certificates stay in `retired/`, so that what they signed is still known as ours; their private keys are removed.
 * @throws UnderstudyError `keys-exist` when there are keys and `replace` is not set.
 */
export async function writeKeys(
  folder: string,
  keys: KeyFiles,
  options: { readonly replace?: boolean } = {},
): Promise<void> {
  const old = await anchorsOf(folder);
  if (old.length > 0 && options.replace !== true) throw keysExist(folder);
  await mkdir(dirname(folder), { recursive: true });
  const partial = partialBeside(folder);
  const replaced = partialBeside(folder);
  try {
    await writeKeyFolder(partial, keys, old);
    await rmdir(folder).catch(() => undefined);
    if (options.replace === true) await rename(folder, replaced).catch(ignoreMissing);
    await rename(partial, folder).catch((thrown: NodeJS.ErrnoException) => {
      throw ["EEXIST", "ENOTEMPTY", "EPERM"].includes(thrown.code ?? "") ? keysExist(folder) : thrown;
    });
  } finally {
    for (const path of [partial, replaced]) await rm(path, { recursive: true, force: true });
  }
}

/** Certificates (PEM) by which what this folder's keys sign, or signed before they were replaced, is known as ours. */
export async function keyAnchors(folder: string): Promise<string> {
  return (await anchorsOf(folder)).join("\n");
}

async function readFiles(folder: string): Promise<KeyFiles | undefined> {
  const [chain, privateKey, authority, authorityKey] = await Promise.all([
    readText(join(folder, names.chain)),
    readSecret(join(folder, names.privateKey)),
    readText(join(folder, names.authority)),
    readSecret(join(folder, names.authorityKey)),
  ]);
  if (chain === undefined && privateKey === undefined) return undefined;
  if (chain === undefined || privateKey === undefined) {
    const missing = chain === undefined ? names.chain : names.privateKey;
    throw new UnderstudyError("keys-unusable", `The key folder lacks ${missing}.`);
  }
  return {
    certificateChainPem: chain,
    privateKeyPem: privateKey,
    ...(authority !== undefined && {
      authority: { certificatePem: authority, privateKeyPem: authorityKey ?? "" },
    }),
  };
}

async function writeKeyFolder(folder: string, keys: KeyFiles, retired: readonly string[]): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  // The process may run with a mask that takes more away than wanted.
  await chmod(folder, 0o700);
  const write = (name: string, text: string) =>
    writeFile(join(folder, name), text, { flag: "wx", mode: 0o600, flush: true });
  await write(names.chain, keys.certificateChainPem);
  await write(names.privateKey, keys.privateKeyPem);
  if (keys.authority !== undefined) {
    await write(names.authority, keys.authority.certificatePem);
    await write(names.authorityKey, keys.authority.privateKeyPem);
  }
  if (retired.length === 0) return;
  await mkdir(join(folder, names.retired), { mode: 0o700 });
  for (const pem of retired) await write(join(names.retired, `${fingerprint(pem)}.pem`), pem);
}

/** The authority when it was made here, else the leaf; then the retired ones. What is no certificate is passed over. */
async function anchorsOf(folder: string): Promise<string[]> {
  const current = (await readText(join(folder, names.authority))) ?? (await readText(join(folder, names.chain))) ?? "";
  const retired = await readdir(join(folder, names.retired)).catch(() => []);
  const texts = await Promise.all(retired.sort().map((name) => readText(join(folder, names.retired, name))));
  return [...splitPem(current).slice(0, 1), ...texts.flatMap((text) => splitPem(text ?? ""))].filter(isCertificate);
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

function readText(path: string): Promise<string | undefined> {
  return readChecked(path, false);
}

function readSecret(path: string): Promise<string | undefined> {
  return readChecked(path, platform !== "win32");
}

async function readChecked(path: string, isPrivate: boolean): Promise<string | undefined> {
  const opened = await openRegularFile(path, "keys-unusable").catch((thrown: UnderstudyError) => {
    const reason = (thrown.cause as NodeJS.ErrnoException | undefined)?.code;
    if (reason === "ENOENT" || reason === "ENOTDIR") return undefined;
    throw new UnderstudyError("keys-unusable", `The key file ${basename(path)} cannot be opened.`);
  });
  if (opened === undefined) return undefined;
  const { file, byteLength } = opened;
  try {
    if (byteLength > maxFileBytes) throw new UnderstudyError("keys-unusable", `${basename(path)} is no key file.`);
    const { mode } = await file.stat();
    if (isPrivate && (mode & 0o077) !== 0) {
      const rights = (mode & 0o777).toString(8).padStart(3, "0");
      throw new UnderstudyError("keys-exposed", `Others may read ${basename(path)} (its rights are ${rights}).`);
    }
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

function partialBeside(folder: string): string {
  return join(dirname(folder), `.understudy-${randomBytes(6).toString("hex")}.partial`);
}

function keysExist(folder: string): UnderstudyError {
  return new UnderstudyError("keys-exist", `There are keys in ${folder} already.`);
}

function ignoreMissing(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== "ENOENT") throw thrown;
}
