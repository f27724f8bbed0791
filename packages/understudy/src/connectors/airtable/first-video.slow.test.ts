import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { drawPair } from "#testing/service-lab/draw-pair.js";
import { openFileServer, type FileServer } from "#testing/service-lab/file-server.js";
import { freePort } from "#testing/service-lab/free-port.js";
import { shellBlocksOf } from "#testing/service-lab/shell-blocks.js";
import { allScopes } from "./testkit/sample.js";
import { openAirtableStandIn, type AirtableStandIn } from "./testkit/stand-in.js";

const repository = fileURLToPath(new URL("../../../../../", import.meta.url));
const token = "patFIRST000000000.0123456789abcdef";
const { status, output, error, thumbnail } = briefColumns;

let folder: string;
let [airtable, files]: [AirtableStandIn, FileServer] = [undefined!, undefined!];
let baseId: string;
/** The blocks of the walk, by the names of their steps; and what `Day by day` has. */
let [walk, daily]: [Readonly<Record<string, string>>, string] = [{}, ""];
/** What the reader has in the place of what ends in `...`. */
let own: Readonly<Record<string, string>>;
let reader: Reader;

/** Runs one step as it stands, but for what the reader replaces. @param edit a change of the reader's own. */
const follow = (step: string, edit = (script: string) => script) => {
  const isReplaced = (_: string, name: string) => `export ${name}=${own[name]}\n`;
  return reader.type(edit(walk[step]!.replaceAll(placeholder, isReplaced)));
};

const placeholder = /^export (\w+)=\S*\.\.\.\n/gm;

/** The rows of a table, by the names of columns. */
async function rowsOf(table: string) {
  const answer = await fetch(`${airtable.url}/v0/${baseId}/${table}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { records } = (await answer.json()) as { records: { id: string; fields: Record<string, unknown> }[] };
  return records.map(({ fields }) => fields);
}

/** One story: each part begins where the one before ended. */
describe("the first video of docs/airtable.md, in one shell as it stands there", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "understudy-first-video-"));
    // Root's PostgreSQL runs as another user, who has to reach its folder.
    await chmod(folder, 0o711);
    // The reader's folder is the repository; this one is like it in what the document uses.
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
    const pair = await drawPair(folder, 2);
    files = await openFileServer([pair.videoPath, pair.photoPath]);
    // The reader asks beside the service, and types faster than anybody.
    airtable = await openAirtableStandIn({ requestsPerSecond: 10 });
    airtable.addToken({ token, scopes: allScopes });
    const usualTable = { name: "Table 1", fields: [{ name: "Name", type: "singleLineText" }] };
    baseId = airtable.addBase({ tables: [usualTable] }).id;
    own = {
      AIRTABLE_TOKEN: token,
      AIRTABLE_BASE: baseId,
      VIDEO_URL: files.urlOf(pair.videoPath),
      PHOTO_URL: files.urlOf(pair.photoPath),
    };
    const document = await readFile(join(repository, "docs/airtable.md"), "utf8");
    const blocks = shellBlocksOf(document, "From an empty base to the first video");
    walk = Object.fromEntries(blocks.map(({ name, script }) => [name, script]));
    daily = shellBlocksOf(document, "Day by day")[0]!.script;
    reader = startReader();
  });
  afterAll(async () => {
    await reader?.stop();
    await files?.close();
    await airtable?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it("has a block for each step, in which the reader replaces four values", () => {
    expect(Object.keys(walk)).toEqual([
      "1. A token",
      "2. Connect",
      "3. Serve",
      "4. Add a row",
      "5. Watch it",
      "6. Once more",
    ]);
    const names = [...Object.values(walk).join("").matchAll(placeholder)].map(([, name]) => name);
    expect(names).toEqual(Object.keys(own));
  });

  it("connects a base without the table, which is made", async () => {
    await follow("1. A token");
    const told = await follow("2. Connect");
    expect(told).toMatch(/Made: the table "Videos" and its columns\n✓ "Videos" is connected: airtable_/);
    expect(told).toContain("Next: `understudy serve` with AIRTABLE_TOKEN set, then set Status to Pending in a row.");
  });

  it("has a row rendered, whose link opens", async () => {
    const port = await freePort();
    await follow("3. Serve", (script) => script.replace("understudy serve", `understudy serve --port ${port}`));
    await follow("4. Add a row");
    expect(await follow("5. Watch it")).toContain(`"${status}":"${briefStatuses.complete}"`);
    const [row] = await rowsOf("Videos");
    expect(row).toMatchObject({ [status]: briefStatuses.complete, [output]: expect.any(String) });
    expect(row).not.toHaveProperty(error);
    const video = await fetch(String(row![output]));
    expect([video.status, video.headers.get("content-type")]).toEqual([200, "video/mp4"]);
    const hasPicture = async () => expect((await rowsOf("Videos"))[0]).toHaveProperty(thumbnail);
    await vi.waitFor(hasPicture, { timeout: 60_000, interval: 500 });
  });

  it("has it rendered once more, under a link of its own", async () => {
    const [before] = await rowsOf("Videos");
    await follow("6. Once more");
    const [after] = await rowsOf("Videos");
    expect(after![status]).toBe(briefStatuses.complete);
    expect([before![output], undefined]).not.toContain(after![output]);
  });

  it("takes a table that is connected while it serves, and says how all of it goes", async () => {
    const inClips = (script: string) => script.replace(/\bVideos\b/, "Clips");
    await follow("2. Connect", inClips);
    await follow("4. Add a row", inClips);
    expect(await follow("5. Watch it")).toContain(`"${status}":"${briefStatuses.complete}"`);
    const told = await reader.type(daily);
    expect(told).toMatch(/"Clips"\n {4}owner_.+\n {4}told by Airtable, looked at /);
    expect(told).toMatch(/\nGO\n/);
  });
});

/** Somebody at a shell. */
interface Reader {
  /** @returns what was printed meanwhile. @throws with what the shell said when a command fails. */
  type(script: string): Promise<string>;
  /** Ends the shell and what it started. */
  stop(): Promise<void>;
}

function startReader(): Reader {
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    XDG_DATA_HOME: join(folder, "data"),
    AIRTABLE_ENDPOINT_URL: airtable.url,
    UNDERSTUDY_NETWORK_ALLOW: "loopback",
  };
  const shell = spawn("bash", ["-euo", "pipefail", "-s"], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => void (printed += text));
  }
  const ended = once(shell, "close");
  return {
    async type(script) {
      const from = printed.length;
      shell.stdin.write(`{\n${script}\n} </dev/null\necho "=== typed"\n`);
      await vi.waitUntil(() => printed.includes("=== typed\n", from) || shell.exitCode !== null, {
        timeout: 180_000,
        interval: 50,
      });
      if (shell.exitCode !== null) throw new Error(`The shell ended with ${shell.exitCode}.\n${printed.slice(from)}`);
      return printed.slice(from);
    },
    async stop() {
      process.kill(-shell.pid!, "SIGTERM");
      await ended;
    },
  };
}
