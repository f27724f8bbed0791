import { rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { UnderstudyError } from "@understudy/render";
import { dataFolderError } from "#records/private-file.js";
import { identifyProcess, isElsewhere, mayBeAlive, readOwner } from "#records/process-identity.js";

/** Longest wait for other processes; each holds the lock for a few milliseconds. */
const maxWaitMilliseconds = 5000;

/** A lock file without an owner in it is being written, or its writer died; after this long it is the latter. */
const unnamedMilliseconds = 2000;

/** Nobody holds the lock for so long; an owner in another container, who cannot be seen, is dead after it. */
const elsewhereMilliseconds = 30_000;

/**
 * Runs `action` while this process alone holds the lock file. A lock whose owner is dead is taken away; an owner that cannot
 * be seen from here, in another container, is waited for.
 * @throws UnderstudyError `output-write-failed` (retryable) when others hold it for 5 s.
 */
export async function withFileLock<T>(
  path: string,
  action: () => Promise<T>,
  limits: { readonly maxWaitMilliseconds: number } = { maxWaitMilliseconds },
): Promise<T> {
  const end = Date.now() + limits.maxWaitMilliseconds;
  while (!(await take(path))) {
    if (await isAbandoned(path)) await takeAway(path);
    else if (Date.now() >= end) throw heldTooLong(path);
    // Different lengths, so that those who wait do not come back together.
    else await wait(5 + Math.random() * 15);
  }
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(identifyProcess()), { flag: "wx", mode: 0o600 });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw dataFolderError(thrown);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const owner = await readOwner(path);
  if (owner === undefined) return isOlder(path, unnamedMilliseconds);
  return isElsewhere(owner) ? isOlder(path, elsewhereMilliseconds) : !mayBeAlive(owner);
}

async function isOlder(path: string, milliseconds: number): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts !== undefined && Date.now() - facts.mtimeMs > milliseconds;
}

/**
 * Two processes may find the same dead owner: between the look of the slower one and its `rm` the faster one may have
 * taken the lock already. So only one at a time takes away, and looks again.
 */
async function takeAway(path: string): Promise<void> {
  const guard = `${path}.guard`;
  if (!(await take(guard))) {
    if (await isOlder(guard, unnamedMilliseconds)) await rm(guard, { force: true });
    await wait(5);
    return;
  }
  try {
    if (await isAbandoned(path)) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

function heldTooLong(path: string): UnderstudyError {
  return new UnderstudyError("output-write-failed", "Another process has held the audit log for more than 5 s.", {
    hint: `Wait until the other command has ended, then run this one again. If it ran in a container that is gone, remove ${path}.`,
  });
}
