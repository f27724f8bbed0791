import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { drawPair } from "#testing/service-lab/draw-pair.js";
import { freePort } from "#testing/service-lab/free-port.js";
import { shellBlocksOf } from "#testing/service-lab/shell-blocks.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));

let folder: string;
let serve: ChildProcess;
/** What each part printed, by its name in the document. */
let printed: Readonly<Record<string, string>>;

describe("the first hour of README.md, in one shell as it stands there", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "understudy-first-hour-"));
    // Root's PostgreSQL runs as another user, who has to reach its folder.
    await chmod(folder, 0o711);
    // The reader's folder is the repository; this one is like it in what the document uses.
    for (const name of ["node_modules", "examples"]) await symlink(join(repository, name), join(folder, name));
    await mkdir(join(folder, "understudy-demo"));
    await drawPair(join(folder, "understudy-demo"), 6);
    printed = await follow(await readFile(join(repository, "README.md"), "utf8"));
  });
  afterAll(async () => {
    const ended = once(serve, "close");
    process.kill(-serve.pid!, "SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it("has a part for each step", () => {
    expect(Object.keys(printed)).toEqual([
      "Who waits",
      "Send the video and the photo",
      "Permission first",
      "Render",
      "Watch",
      "Open the link",
      "Another label, without swapping again",
      "The person changes their mind",
    ]);
  });

  it("tells each event with its number until the render is finished", () => {
    const events = [...printed["Watch"]!.matchAll(/^id: (\d+)\nevent: (\w+)$/gm)];
    expect(events.map(([, number]) => Number(number))).toEqual(events.map((_, index) => index + 1));
    const kinds = events.map(([, , kind]) => kind);
    expect(kinds.filter((kind) => kind !== "progress")).toEqual(["queued", "started", "planned", "finished"]);
  });

  it("verifies what the link led to, and has the signed webhook that said so", async () => {
    expect(printed["Open the link"]).toMatch(/finished\.mp4: unchanged, made here with AI/);
    expect(printed["Open the link"]).toMatch(/^msg_\S+ \{"type":"render\.finished".*"customer":"42"/m);
    // The receiver prints a message only when its signature is good.
    const log = await readFile(join(folder, "webhooks.log"), "utf8");
    expect(log).not.toContain("refused");
    const types = [...log.matchAll(/"type":"([^"]+)"/g)].map(([, type]) => type);
    // Those of the revocation and the erasure may still be on their way.
    expect(types.slice(0, 2)).toEqual(["render.finished", "render.finished"]);
  });

  it("draws nothing again for another label", () => {
    expect(printed["Another label, without swapping again"]).toMatch(/^event: finished$/m);
    expect(printed["Another label, without swapping again"]).toContain("and were used again.");
  });

  it("lists both videos when the consent is taken back, and erases the person", () => {
    const [revoked, erased, status] = printed["The person changes their mind"]!.trim().split(/\n+/);
    const { renders } = JSON.parse(revoked!) as { renders: { state: string; forkedFrom?: string }[] };
    expect(renders).toMatchObject([{ state: "finished", forkedFrom: expect.anything() }, { state: "finished" }]);
    expect(JSON.parse(erased!)).toMatchObject({
      outcome: "erased",
      remaining: [],
      counts: { renders: 2, uploads: 1, personLinks: 1 },
    });
    expect(status).toBe("404");
  });
});

async function follow(document: string): Promise<Record<string, string>> {
  const [first, ...others] = shellBlocksOf(document, "The first hour");
  const [port, hookPort] = [`${await freePort()}`, `${await freePort()}`];
  const onOwnPorts = (script: string) =>
    script
      .replace("understudy serve", `understudy serve --port ${port}`)
      .replaceAll("8020", port)
      .replaceAll("8030", hookPort);
  serve = bash(onOwnPorts(first!.script));
  const log = text(serve.stderr!);
  const answers = () => fetch(`http://127.0.0.1:${port}/readyz`);
  await vi.waitFor(answers, { timeout: 60_000, interval: 200 });
  const parts = others.map(({ name, script }) => `echo "=== ${name}"\n${onOwnPorts(script)}\necho`);
  const reader = bash(`set -euo pipefail\ntrap 'kill $(jobs -p)' EXIT\n${parts.join("\n")}`);
  const ended = once(reader, "close");
  const [output, complaints] = await Promise.all([text(reader.stdout!), text(reader.stderr!)]);
  const [status] = (await ended) as [number];
  if (status !== 0) {
    process.kill(-serve.pid!, "SIGTERM");
    throw new Error(`The shell ended with ${status}.\n${output}\n${complaints}\n${await log}`);
  }
  const sections = output.split(/^=== /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => [section.slice(0, section.indexOf("\n")), section.slice(section.indexOf("\n") + 1)]),
  );
}

/** A shell of its own, which is stopped with all that it started. */
function bash(script: string): ChildProcess {
  const environment = { PATH: process.env["PATH"] ?? "", HOME: folder, XDG_DATA_HOME: join(folder, "data") };
  const stdio = ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"];
  return spawn("bash", ["-c", script], { cwd: folder, env: environment, detached: true, stdio });
}
