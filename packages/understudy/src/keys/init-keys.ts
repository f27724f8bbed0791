import { resolve } from "node:path";
import {
  importKeys,
  makeKeys,
  UnderstudyError,
  writeKeys,
  type KeyFiles,
  type SealCredentials,
} from "@understudy/render";
import { readSmallFile } from "#paths/index.js";
import { readWrittenKeys } from "./ensure-keys.js";

/** What the command line asks for. */
export interface KeyWish {
  /** PEM files of a bought certificate; both or none, then keys are made. */
  readonly certificate?: string;
  readonly privateKey?: string;
  /** Replace keys that are there. */
  readonly force?: boolean;
}

/**
 * Puts keys into a folder: made here, or a bought certificate.
 * @throws UnderstudyError `keys-exist`, `file-missing`, `bad-usage`, `keys-unusable`, `certificate-unusable`.
 */
export async function initKeys(wish: KeyWish, folder: string, cwd: string, now: Date): Promise<SealCredentials> {
  await writeKeys(folder, await keysFor(wish, cwd, now), { replace: wish.force ?? false });
  return readWrittenKeys(folder, now);
}

async function keysFor({ certificate, privateKey }: KeyWish, cwd: string, now: Date): Promise<KeyFiles> {
  if (certificate === undefined && privateKey === undefined) return makeKeys({ now });
  if (certificate === undefined || privateKey === undefined) {
    throw new UnderstudyError("bad-usage", "--certificate and --private-key belong together.", {
      hint: "Give both files of the bought certificate, or neither to make keys here.",
    });
  }
  const certificatePem = await readPem(resolve(cwd, certificate), "certificate");
  const privateKeyPem = await readPem(resolve(cwd, privateKey), "private key");
  return importKeys({ certificatePem, privateKeyPem, now });
}

/** Most bytes of a PEM file; a chain of ten certificates has some 20 000. */
const maxBytes = 200_000;

async function readPem(path: string, what: string): Promise<string> {
  const bytes = await readSmallFile(path, what, maxBytes);
  if (bytes !== undefined) return bytes.toString("utf8");
  throw new UnderstudyError("keys-unusable", `The ${what} ${path} has more than ${maxBytes} bytes.`, {
    hint: "Give the PEM file that the seller of the certificate handed over.",
  });
}
