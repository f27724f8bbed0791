import { chmod, chown, lstat, mkdir, readlink, realpath, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { emptyFolder } from "#testing/cluster-folder.js";
import { preparePlace, rootIdentity } from "./place.js";
import { makeTrustedFolder } from "./trusted-folder.js";

const isRoot = process.getuid?.() === 0;
const uid = process.getuid?.() ?? 0;

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ folder, remove } = await emptyFolder()));
afterEach(async () => await remove());

async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => "accepted",
    (error: Error & { code?: unknown }) => error.code,
  );
}

describe("preparePlace", () => {
  test("keeps everything in postgres/, and lets nobody else near the socket", async () => {
    const { data, socketFolder = "" } = await preparePlace(join(folder, "new"));
    expect(data).toBe(join(await realpath(folder), "new/postgres/data"));
    expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, "new/postgres"))).mode & 0o007).toBe(0);
  });

  test("two names of one folder are one place", async () => {
    await symlink(folder, `${folder}-link`);
    const [one, other] = [await preparePlace(folder), await preparePlace(`${folder}-link`)];
    await rm(`${folder}-link`);
    expect(other).toEqual(one);
  });

  test.each(["a\nb", "a\0b"])("refuses the name %j", async (name) => {
    expect(await refusalOf(preparePlace(join(folder, name)))).toBe("folder-unusable");
  });

  test("refuses a folder below a file", async () => {
    expect(await refusalOf(preparePlace("/dev/null/x"))).toBe("folder-unusable");
  });

  test("refuses what others may write to", async () => {
    await mkdir(join(folder, "postgres"));
    await chmod(join(folder, "postgres"), 0o777);
    expect(await refusalOf(preparePlace(folder))).toBe("folder-unusable");
  });
});

describe("makeTrustedFolder", () => {
  test("does not follow a link that somebody planted", async () => {
    await symlink(folder, join(folder, "planted"));
    expect(await refusalOf(makeTrustedFolder(join(folder, "planted"), { mode: 0o700, uid }))).toBe("folder-unusable");
  });

  test("mends the mode of our own", async () => {
    await mkdir(join(folder, "restored"), { mode: 0o755 });
    await makeTrustedFolder(join(folder, "restored"), { mode: 0o700, uid });
    expect((await stat(join(folder, "restored"))).mode & 0o777).toBe(0o700);
  });
});

describe.skipIf(!isRoot)("preparePlace for root", () => {
  test("runs the server as nobody with a group of its own; only that group may enter", async () => {
    const { folder: place, identity, socketFolder = "" } = await preparePlace(folder);
    const [outer, inner] = [await stat(place), await stat(socketFolder)];
    expect(identity).toEqual(rootIdentity);
    expect([outer.uid, outer.gid, outer.mode & 0o777]).toEqual([0, rootIdentity.gid, 0o710]);
    expect([inner.uid, inner.gid, inner.mode & 0o777]).toEqual([rootIdentity.uid, rootIdentity.gid, 0o700]);
  });

  test.each([
    ["nobody cannot walk to", async (path: string) => await chmod(path, 0o700)],
    ["somebody else owns", async (path: string) => await chown(path, 1000, 1000)],
    ["others may write to", async (path: string) => await chmod(path, 0o777)],
  ])("a folder that %s: the cluster lies in root's own place, with a signpost and a notice", async (_, spoil) => {
    const below = join(folder, "spoiled/data");
    await mkdir(below, { recursive: true });
    await spoil(join(folder, "spoiled"));
    const rootFolder = join(folder, "var");
    const onNotice = vi.fn<(text: string) => void>();
    const place = await preparePlace(below, { rootFolder, onNotice });
    const again = await preparePlace(below, { rootFolder });
    expect(place.folder.startsWith(rootFolder)).toBe(true);
    expect(again).toEqual(place);
    expect(await readlink(join(below, "postgres"))).toBe(place.folder);
    expect(onNotice).toHaveBeenCalledWith(expect.stringContaining(place.folder));
  });

  test("a signpost that was turned elsewhere leads nobody astray", async () => {
    const rootFolder = join(folder, "var");
    await mkdir(join(folder, "closed"), { mode: 0o700 });
    await symlink("/etc", join(folder, "closed/postgres"));
    const place = await preparePlace(join(folder, "closed"), { rootFolder });
    expect(place.folder.startsWith(rootFolder)).toBe(true);
  });

  test("a folder whose cluster would become unreachable is refused, not silently started empty elsewhere", async () => {
    await preparePlace(folder);
    await chmod(folder, 0o700);
    expect(await refusalOf(preparePlace(folder, { rootFolder: join(folder, "var") }))).toBe("folder-unusable");
  });

  test("a folder too deep for a socket is no reason to fail", async () => {
    const place = await preparePlace(join(folder, "x".repeat(80)), { rootFolder: join(folder, "var") });
    expect(place.folder.startsWith(join(folder, "var"))).toBe(true);
  });
});

describe.skipIf(isRoot || process.platform === "win32")("preparePlace for everybody else", () => {
  test("a folder too deep for a socket has it in /tmp, in a folder of our own", async () => {
    const { socketFolder = "" } = await preparePlace(join(folder, "x".repeat(80)));
    const found = await lstat(socketFolder);
    await rm(socketFolder, { recursive: true });
    expect([socketFolder.startsWith("/tmp/understudy-"), found.uid, found.mode & 0o777]).toEqual([true, uid, 0o700]);
  });
});
