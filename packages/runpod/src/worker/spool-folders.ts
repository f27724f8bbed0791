import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, rename, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { machineName } from "./settings.js";

/** Folders of one worker in the spool of its endpoint: its own, and those that it took over. */
export interface SpoolFolders {
  /** Where it puts its own results. */
  readonly own: string;
  /** Takes over the folders of workers that are gone; of two workers that try, one gets each. */
  claim(): Promise<readonly string[]>;
  /** Removes the folders that are empty, and leaves the others to the next worker. */
  close(): Promise<void>;
}

/** A folder of another machine, on a shared disk: its worker gives up on a result after ten minutes, unless told otherwise. */
const foreignIdleMs = 30 * 60_000;

/** Names of folders that workers of this process use: their process is alive, and that says nothing of the others. */
const inUse = new Set<string>();

/**
 * Makes a worker's folder, `MACHINE.PID.RANDOM`, readable by this user alone.
 * @throws Error when a folder above it belongs to somebody else: below a shared temporary folder, anybody can make one first.
 */
export async function openSpoolFolders(root: string, endpointKey: string): Promise<SpoolFolders> {
  const parent = join(root, endpointKey);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await assertOurs(root);
  await assertOurs(parent);
  const names = [freshName()];
  // Recursive: a worker that ends at this moment removes the folder above when it is empty.
  await mkdir(join(parent, names[0]!), { recursive: true, mode: 0o700 });
  return {
    own: join(parent, names[0]!),
    async claim() {
      const claimed: string[] = [];
      for (const name of await readdir(parent)) {
        if (!(await isAbandoned(parent, name))) continue;
        const ours = freshName();
        const isClaimed = await rename(join(parent, name), join(parent, ours)).then(isTrue, isFalse);
        if (!isClaimed) {
          inUse.delete(ours);
          continue;
        }
        names.push(ours);
        claimed.push(join(parent, ours));
      }
      return claimed;
    },
    async close() {
      for (const name of names) {
        await rmdir(join(parent, name)).catch(stays);
        inUse.delete(name);
      }
      await rmdir(parent).catch(stays);
    },
  };
}

/** A folder that is not empty stays. */
const stays = (): void => undefined;
const isTrue = (): boolean => true;
const isFalse = (): boolean => false;

function freshName(): string {
  const name = `${machineName()}.${process.pid}.${randomBytes(6).toString("hex")}`;
  inUse.add(name);
  return name;
}

async function isAbandoned(parent: string, name: string): Promise<boolean> {
  const [, machine, pid] = /^([A-Za-z0-9-]+)\.(\d{1,10})\.[0-9a-f]{12}$/.exec(name) ?? [];
  if (machine === undefined || pid === undefined || inUse.has(name)) return false;
  const stats = await lstat(join(parent, name)).catch(() => undefined);
  if (stats === undefined || !stats.isDirectory()) return false;
  if (machine !== machineName()) return Date.now() - stats.mtimeMs > foreignIdleMs;
  // In a container, this process often has the number that its predecessor had.
  return Number(pid) === process.pid || !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function assertOurs(folder: string): Promise<void> {
  const stats = await lstat(folder);
  const isOurs = stats.isDirectory() && (process.getuid === undefined || stats.uid === process.getuid());
  if (!isOurs) throw Object.assign(new Error("The spool folder belongs to somebody else."), { code: "not-ours" });
}
