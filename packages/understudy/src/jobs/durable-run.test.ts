import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { describeRun } from "@understudy/render/testing";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { DurableRun, JobEngine, RenderJobTicket, RenderWork } from "./job-engine.js";
import { createSignal, openJobLab, type JobLab } from "./testing/job-lab.js";

let lab: JobLab;
let engine: JobEngine;
/** What the engine's work does, by render. */
const works = new Map<string, RenderWork>();
const ends: (() => void)[] = [];

beforeAll(async () => {
  lab = await openJobLab();
  engine = await lab.open({ work: (ticket, run) => works.get(ticket.renderId)!(ticket, run), concurrency: 10 });
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(async () => {
  await engine.close(5);
  await lab.close();
});

/** A run of the engine that lasts until the test is over. */
async function begin(ticket: RenderJobTicket): Promise<DurableRun> {
  const begun = createSignal<DurableRun>();
  const over = createSignal();
  ends.push(over.come);
  works.set(ticket.renderId, async (_ticket, run) => {
    begun.come(run);
    await over.came;
  });
  await engine.submit(ticket);
  return begun.came;
}

describeRun("the durable run", async () => {
  const ticket = await lab.ticket();
  const run = await begin(ticket);
  return { run, cancel: () => engine.cancel(ticket) };
});

it("takes a child of an earlier run from what is kept: value and files, without calling it", async () => {
  const ticket = await lab.ticket();
  const clip = join(lab.folder, "first.clip");
  const first = await begin(ticket);
  const made = await first.child("region 0", () => writeFile(clip, "frames").then(() => ({ frames: 6 })), [clip]);
  const retried = await begin({ ...ticket, run: 2 });
  const elsewhere = join(lab.folder, "second.clip");
  const again = await retried.child("region 0", () => Promise.reject(new Error("paid twice")), [elsewhere]);
  expect(again).toEqual(made);
  expect(await readFile(elsewhere, "utf8")).toBe("frames");
});

it("makes a child again when a file of it is gone, and leaves what else is kept as it was", async () => {
  const ticket = await lab.ticket();
  const paths = ["faces", "clip"].map((name) => join(lab.folder, name));
  const write = (text: string) => async () => {
    for (const path of paths) await writeFile(path, text);
    return text;
  };
  const first = await begin(ticket);
  await first.child("both", write("first"), paths);
  const keys = await lab.artifacts.list(`renders/${ticket.renderId}/work/`);
  const [clipKey, facesKey] = [keys.find((key) => key.endsWith("/clip"))!, keys.find((key) => key.endsWith("/faces"))!];
  await lab.artifacts.remove(clipKey);
  await Promise.all(paths.map((path) => rm(path)));
  const second = await begin({ ...ticket, run: 2 });
  expect(await second.child("both", write("second"), paths)).toBe("second");
  await lab.artifacts.fetch(facesKey, join(lab.folder, "kept"), {}, new AbortController().signal);
  expect(await readFile(join(lab.folder, "kept"), "utf8")).toBe("first");
  const third = await begin({ ...ticket, run: 3 });
  expect(await third.child("both", write("third"), paths)).toBe("second");
});

it("makes a child again whose kept file is damaged, and keeps the new one", async () => {
  const ticket = await lab.ticket();
  const path = join(lab.folder, "damaged-clip");
  const write = (text: string) => async () => {
    await rm(path, { force: true });
    await writeFile(path, text);
    return text;
  };
  await (await begin(ticket)).child("clip", write("first"), [path]);
  const [key] = await lab.artifacts.list(`renders/${ticket.renderId}/work/`);
  await rm(path);
  const kept = join(lab.folder, "artifacts", key!);
  await chmod(kept, 0o600);
  await writeFile(kept, "f1rst");
  const second = await begin({ ...ticket, run: 2 });
  expect(await second.child("clip", write("second"), [path])).toBe("second");
  const third = await begin({ ...ticket, run: 3 });
  expect(await third.child("clip", write("third"), [path])).toBe("second");
  expect(await readFile(path, "utf8")).toBe("second");
});

it("gives the first life what a later one would get: values go through JSON", async () => {
  const run = await begin(await lab.ticket());
  expect(await run.child("odd", async () => ({ at: new Date(0), nothing: undefined, text: "a\0b" }))).toEqual({
    at: "1970-01-01T00:00:00.000Z",
    text: "a\0b",
  });
});

it("keeps nothing of a run that somebody else took meanwhile, and abandons it", async () => {
  const ticket = await lab.ticket();
  const run = await begin(ticket);
  await lab.database.pool.query(
    "update dbos.workflow_status set queue_name = 'runner/other' where workflow_uuid = $1",
    [`${ticket.renderId}.1`],
  );
  await expect(run.child("late", async () => 1)).rejects.toMatchObject({ name: "AbortError" });
  expect(run.isAbandoned).toBe(true);
  const { rows } = await lab.database.pool.query("select from understudy.kept_child where render_id = $1", [
    ticket.renderId,
  ]);
  expect(rows).toHaveLength(0);
});

it("tells a cancelled run from an abandoned one", async () => {
  const ticket = await lab.ticket();
  const run = await begin(ticket);
  await engine.cancel(ticket);
  if (!run.signal.aborted) await once(run.signal, "abort");
  expect(run.isAbandoned).toBe(false);
});
