import { execFile, spawn } from "node:child_process";

/**
 * Options that keep git from running anything that a hostile repository's configuration names, from writing its index
 * and from fetching what a partial clone lacks. Commands for people (`git log`) read more of it: only plumbing is asked.
 */
const harmless = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.untrackedCache=false",
  "protocol.allow=never",
].flatMap((setting) => ["-c", setting]);

/** Variables that point git to another repository than the folder's own, after `git rev-parse --local-env-vars`. */
const elsewhere =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE)$/;

const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !elsewhere.test(name))),
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_PAGER: "cat",
  LC_ALL: "C",
});

const maxOutputByteLength = 64 * 2 ** 20;

/**
 * Runs git in a folder and returns what it prints.
 * @param input what it reads; default: nothing.
 * @returns undefined when git is absent, refuses, or the folder is in no repository.
 */
export function git(folder: string, args: readonly string[], input = ""): Promise<string | undefined> {
  const options = { cwd: folder, env: environment(), maxBuffer: maxOutputByteLength, timeout: 30_000 };
  return new Promise((resolve) => {
    const child = execFile("git", [...harmless, ...args], options, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

/** The same for lists that git ends with NUL. */
export async function gitList(folder: string, args: readonly string[]): Promise<readonly string[] | undefined> {
  return (await git(folder, args))?.split("\0").filter((name) => name !== "");
}

/** Reads blobs of a repository through one `git cat-file --batch`; ask one after the other. */
export interface BlobReader {
  /** @returns the blob, or undefined when it is not there. */
  read(objectId: string): Promise<Uint8Array | undefined>;
  close(): void;
}

/** Blobs that are kept, so that what many commits share is read once. */
const maxKeptByteLength = 64 * 2 ** 20;

/** Opens a reader; nothing starts before the first read. */
export function openBlobReader(folder: string): BlobReader {
  let start: ReturnType<typeof startBatch> | undefined;
  let previous: Promise<unknown> = Promise.resolve();
  const kept = new Map<string, Uint8Array>();
  let keptByteLength = 0;
  const keep = (objectId: string, bytes: Uint8Array | undefined) => {
    if (bytes === undefined || keptByteLength + bytes.byteLength > maxKeptByteLength) return;
    kept.set(objectId, bytes);
    keptByteLength += bytes.byteLength;
  };
  return {
    async read(objectId) {
      const known = kept.get(objectId);
      if (known !== undefined) return known;
      start ??= startBatch(folder);
      const batch = start;
      const answer = previous.then(() => batch.ask(objectId));
      previous = answer.catch(() => undefined);
      const bytes = await answer;
      keep(objectId, bytes);
      return bytes;
    },
    close: () => start?.stop(),
  };
}

/** One `git cat-file --batch` and the bytes that it has sent and nobody has taken. */
function startBatch(folder: string) {
  const child = spawn("git", [...harmless, "cat-file", "--batch"], {
    cwd: folder,
    env: environment(),
    stdio: ["pipe", "pipe", "ignore"],
  });
  let held = Buffer.alloc(0);
  let hasEnded = false;
  let wake = () => {};
  const end = () => {
    hasEnded = true;
    wake();
  };
  child.stdout.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    wake();
  });
  child.stdout.on("end", end);
  child.on("error", end);
  child.stdin.on("error", end);

  /** Takes as many bytes as `wanted` says, waiting while it does not know or they are not there. */
  const take = async (wanted: (held: Buffer) => number | undefined): Promise<Buffer | undefined> => {
    for (;;) {
      const byteLength = wanted(held);
      if (byteLength !== undefined && held.byteLength >= byteLength) {
        const taken = held.subarray(0, byteLength);
        held = held.subarray(byteLength);
        return taken;
      }
      if (hasEnded) return undefined;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const lineLength = (bytes: Buffer) => (bytes.includes(0x0a) ? bytes.indexOf(0x0a) + 1 : undefined);
  return {
    stop: () => void child.kill(),
    /** The reply is `<id> <type> <size>\n<bytes>\n`, or `<id> missing\n` (git-cat-file, batch output). */
    async ask(objectId: string): Promise<Uint8Array | undefined> {
      if (hasEnded) return undefined;
      child.stdin.write(`${objectId}\n`);
      const heading = (await take(lineLength))?.toString().trimEnd() ?? "";
      const size = / (\d+)$/.exec(heading)?.[1];
      if (size === undefined) return undefined;
      return (await take(() => Number(size) + 1))?.subarray(0, -1);
    },
  };
}
