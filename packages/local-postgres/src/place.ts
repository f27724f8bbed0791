import { createHash } from "node:crypto";
import { lstat, mkdir, realpath, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errorCodeOf, folderUnusable, LocalPostgresError } from "./error.js";
import type { Identity } from "./run-program.js";
import { canEveryoneReach, isGuardedByRoot, makeTrustedFolder } from "./trusted-folder.js";

/** Where one private server keeps everything, and as whom it runs. */
export interface Place {
  /** Holds `data`, `log` and the rest; only we and the server can enter it. */
  readonly folder: string;
  readonly data: string;
  readonly log: string;
  /** 0700, short enough for a socket. Undefined where the server listens on loopback TCP. */
  readonly socketFolder: string | undefined;
  readonly identity: Identity | undefined;
  /** Where root keeps what cannot lie in the caller's folder. */
  readonly rootFolder: string;
}

/** Everything has a default; the first two are seams for tests. */
export interface PlaceOptions {
  /** Default: loopback TCP on Windows, else a Unix socket. */
  readonly transport?: "socket" | "tcp";
  /** Default `/var/lib/understudy`. */
  readonly rootFolder?: string;
  readonly onNotice?: (text: string) => void;
}

/**
 * PostgreSQL refuses to run as root, so it runs as `nobody` (65534: `initdb` wants a uid that has a name) with a group
 * that nobody else has. Other daemons may act as 65534; without the group they cannot enter the cluster's folder, reach
 * its socket or trace its processes. What they can do is signal the server. 65520–65533 are unused in systemd's table
 * "Users, Groups, UIDs and GIDs", and lie in the 65,536 ids that a rootless container has.
 */
export const rootIdentity: Identity = { uid: 65534, gid: 65521 };

/** `sun_path` has 107 usable bytes on Linux and 103 on macOS; `/.s.PGSQL.5432` takes 14. */
const longestSocketFolderBytes = 103 - 14;

/**
 * Makes the folders of a private server.
 * @throws LocalPostgresError `folder-unusable`.
 */
export async function preparePlace(folder: string, options: PlaceOptions = {}): Promise<Place> {
  try {
    // Line breaks would shift the lines of postmaster.pid.
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(folder)) throw controlCharacters();
    const isRoot = process.getuid?.() === 0;
    await mkdir(resolve(folder), { recursive: true, mode: isRoot ? 0o711 : 0o700 });
    const real = await realpath(resolve(folder));
    return await (isRoot ? placeForRoot(real, options) : placeForUser(real, options));
  } catch (thrown) {
    throw folderUnusable(folder, thrown);
  }
}

async function placeForUser(real: string, options: PlaceOptions): Promise<Place> {
  const uid = process.getuid?.() ?? 0;
  const folder = join(real, "postgres");
  await makeTrustedFolder(folder, { mode: 0o700, uid });
  const usual = join(folder, "run");
  // /tmp and neither TMPDIR nor XDG_RUNTIME_DIR: all processes must find the same place, whatever their environment.
  const socketFolder = isShort(usual) ? usual : `/tmp/understudy-${uid}-${hashOf(real)}`;
  if (!usesTcp(options)) await makeTrustedFolder(socketFolder, { mode: 0o700, uid });
  return placeOf(folder, socketFolder, undefined, options);
}

async function placeForRoot(real: string, options: PlaceOptions): Promise<Place> {
  const inside = join(real, "postgres");
  const found = await lstat(inside).catch(() => undefined);
  const isFit = isShort(join(inside, "run")) && (await canEveryoneReach(real)) && (await isGuardedByRoot(real));
  if (found?.isDirectory() === true && !isFit) throw becameUnfit(inside);
  const folder = isFit && found?.isSymbolicLink() !== true ? inside : await elsewhere(real, inside, options);
  await makeTrustedFolder(folder, { mode: 0o710, uid: 0, gid: rootIdentity.gid });
  const socketFolder = join(folder, "run");
  await makeTrustedFolder(socketFolder, { mode: 0o700, ...rootIdentity });
  return placeOf(folder, socketFolder, rootIdentity, options);
}

/** A path of root's own. `<folder>/postgres` becomes a signpost to it that people can follow; the path does not depend on it. */
async function elsewhere(real: string, signpost: string, options: PlaceOptions): Promise<string> {
  const rootFolder = rootFolderOf(options);
  await makeTrustedFolder(rootFolder, { mode: 0o755, uid: 0 });
  const folder = join(rootFolder, hashOf(real));
  await symlink(folder, signpost).catch((error: unknown) => {
    if (errorCodeOf(error) !== "EEXIST") throw error;
  });
  options.onNotice?.(
    `The database lies in ${folder}: PostgreSQL does not run as root, and its user must not or cannot use ${real}.`,
  );
  return folder;
}

function placeOf(folder: string, socketFolder: string, identity: Identity | undefined, options: PlaceOptions): Place {
  return {
    folder,
    data: join(folder, "data"),
    log: join(folder, "log"),
    socketFolder: usesTcp(options) ? undefined : socketFolder,
    identity,
    rootFolder: rootFolderOf(options),
  };
}

function rootFolderOf({ rootFolder = "/var/lib/understudy" }: PlaceOptions): string {
  return rootFolder;
}

function usesTcp({ transport = process.platform === "win32" ? "tcp" : "socket" }: PlaceOptions): boolean {
  return transport === "tcp";
}

function isShort(socketFolder: string): boolean {
  return Buffer.byteLength(socketFolder) <= longestSocketFolderBytes;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function controlCharacters(): LocalPostgresError {
  return new LocalPostgresError(
    "folder-unusable",
    "The folder's name contains control characters.",
    "Choose a folder whose name has none.",
  );
}

function becameUnfit(inside: string): LocalPostgresError {
  return new LocalPostgresError(
    "folder-unusable",
    `The user that PostgreSQL runs as for root can no longer use ${inside}, or others could replace it.`,
    "Every folder on the way must belong to root, be closed to other writers and have mode 711 or 755; or run as the folder's owner.",
  );
}
