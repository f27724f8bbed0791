import { createHash } from "node:crypto";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { sqlOf, transaction } from "#postgres/database.js";
import { openTestDatabase } from "#postgres/testing/test-database.js";
import type { OnEnd, RenderChange, RenderList, RunToken } from "./render-list.js";
import { openRenderList } from "./postgres-render-list.js";
import { sampleOrder, seedCaller } from "./testing/sample-render.js";

async function openWorld(onEnd?: OnEnd) {
  const database = await openTestDatabase();
  let seconds = 0;
  const now = () => new Date(Date.UTC(2026, 0, 1) + 1000 * seconds++);
  const list = await openRenderList({ database, now, ...(onEnd && { onEnd }) });
  onTestFinished(() => list.close());
  const caller = await seedCaller(database);
  const create = async () => (await list.create({ order: sampleOrder(), priority: 0 }, caller)).render;
  return { database, list, caller, create, now };
}

async function begin(list: RenderList, renderId: string, run = 1, maxAttempts = 5): Promise<RunToken> {
  const outcome = await list.begin(renderId, run, "runner", maxAttempts);
  return (outcome as { readonly token: RunToken }).token;
}

const failure = { code: "no-face-in-video", message: "m", hint: "h", retryable: false } as const;

describe("the list of renders", () => {
  it("takes a request once under one key, whoever sends it twice at the same time", async () => {
    const { list, caller } = await openWorld();
    const idempotency = { key: "k", requestSha256: createHash("sha256").update("a").digest() };
    const both = await Promise.all([
      list.create({ order: sampleOrder(), priority: 0, idempotency }, caller),
      list.create({ order: sampleOrder(), priority: 0, idempotency }, caller),
    ]);
    expect(both.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
    expect(both[0].render.id).toBe(both[1].render.id);
    const other = { key: "k", requestSha256: createHash("sha256").update("b").digest() };
    await expect(list.create({ order: sampleOrder(), priority: 0, idempotency: other }, caller)).rejects.toMatchObject({
      code: "idempotency-mismatch",
    });
  });

  it("lists a render with whatever else the caller's transaction does, or neither", async () => {
    const { database, list, caller } = await openWorld();
    const wish = { order: sampleOrder(), priority: 0 };
    const thrown = new Error("the rest of it failed");
    const gone = transaction(database.pool, async (sql) => {
      await list.createIn(sql, wish, caller);
      throw thrown;
    });
    await expect(gone).rejects.toBe(thrown);
    expect(await list.list(caller.ownerId, { limit: 9 })).toEqual([]);
    const { render } = await transaction(database.pool, (sql) => list.createIn(sql, wish, caller));
    expect(await list.list(caller.ownerId, { limit: 9 })).toEqual([render]);
    expect(await list.events(render.id, 0, 9)).toMatchObject([{ sequence: 1, kind: "queued" }]);
  });

  it("shows an owner their own renders, newest first, page by page", async () => {
    const { list, caller, create, database } = await openWorld();
    const made = [await create(), await create(), await create()];
    const first = await list.list(caller.ownerId, { limit: 2 });
    const second = await list.list(caller.ownerId, { limit: 2, after: first[1]! });
    expect([...first, ...second].map(({ id }) => id)).toEqual(made.map(({ id }) => id).reverse());
    const stranger = await seedCaller(database, 2);
    expect(await list.list(stranger.ownerId, { limit: 9 })).toEqual([]);
    expect(await list.get(stranger.ownerId, made[0]!.id)).toBeUndefined();
    expect(await list.cancel(stranger.ownerId, made[0]!.id)).toBeUndefined();
    expect(await list.retry(stranger.ownerId, made[0]!.id)).toBeUndefined();
  });

  it("numbers what happened without a gap", async () => {
    const { list, create } = await openWorld();
    const { id } = await create();
    const token = await begin(list, id);
    await list.note(token, { progress: { stage: "swap", share: 0.5 } }, { kind: "progress", data: { share: 0.5 } });
    await list.end(token, { state: "failed", error: failure });
    const events = await list.events(id, 0, 100);
    expect(events.map(({ sequence, kind }) => `${sequence} ${kind}`)).toEqual([
      "1 queued",
      "2 started",
      "3 progress",
      "4 failed",
    ]);
    expect((await list.events(id, 2, 1)).map(({ sequence }) => sequence)).toEqual([3]);
  });

  it("lets only the newest attempt change a render", async () => {
    const { list, create, caller } = await openWorld();
    const { id } = await create();
    const [dead, alive] = [await begin(list, id), await begin(list, id)];
    expect(await list.note(dead, { progress: { stage: "swap", share: 1 } })).toBe(false);
    expect(await list.end(dead, { state: "cancelled" })).toBe(false);
    expect(await list.end(alive, { state: "failed", error: failure })).toBe(true);
    expect(await list.end(alive, { state: "cancelled" })).toBe(false);
    expect(await list.get(caller.ownerId, id)).toMatchObject({ state: "failed", error: failure, attempt: 2 });
  });

  it("calls a run poisonous that was begun too often, but for times that it was given back", async () => {
    const { list, create } = await openWorld();
    const { id } = await create();
    await begin(list, id, 1, 2);
    await list.release(await begin(list, id, 1, 2));
    expect((await list.begin(id, 1, "runner", 2)).kind).toBe("begun");
    expect((await list.begin(id, 1, "runner", 2)).kind).toBe("poisonous");
  });

  it("cancels a waiting render at once, and one that lost its runner when it is begun again", async () => {
    const { list, create, caller } = await openWorld();
    const [waiting, running] = [await create(), await create()];
    expect(await list.cancel(caller.ownerId, waiting.id)).toMatchObject({ state: "cancelled" });
    expect((await list.begin(waiting.id, 1, "runner", 5)).kind).toBe("over");
    await begin(list, running.id);
    expect(await list.cancel(caller.ownerId, running.id)).toMatchObject({ state: "running" });
    expect((await list.begin(running.id, 1, "runner", 5)).kind).toBe("over");
    expect(await list.get(caller.ownerId, running.id)).toMatchObject({ state: "cancelled" });
  });

  it("cancels with whatever else the caller's transaction does, or not at all", async () => {
    const { database, list, create, caller } = await openWorld();
    const [waiting, running] = [await create(), await create()];
    await begin(list, running.id);
    const thrown = new Error("the rest of it failed");
    const cancelBoth = (rest: () => void) =>
      transaction(database.pool, async (sql) => {
        const both = [
          await list.cancelIn(sql, caller.ownerId, waiting.id),
          await list.cancelIn(sql, caller.ownerId, running.id),
        ];
        rest();
        return both;
      });
    const rest = () => {
      throw thrown;
    };
    await expect(cancelBoth(rest)).rejects.toBe(thrown);
    expect(await list.list(caller.ownerId, { limit: 9, state: "cancelled" })).toEqual([]);
    expect(await list.get(caller.ownerId, running.id)).not.toHaveProperty("cancelRequestedAt");
    const both = await cancelBoth(() => undefined);
    expect(both).toMatchObject([{ state: "cancelled" }, { state: "running", cancelRequestedAt: expect.any(Date) }]);
    expect(await list.cancelIn(sqlOf(database.pool), "owner_none", running.id)).toBeUndefined();
  });

  it("retries what failed under the same id, as a run of its own", async () => {
    const { list, create, caller } = await openWorld();
    const { id } = await create();
    await expect(list.retry(caller.ownerId, id)).rejects.toMatchObject({ code: "not-retryable" });
    const token = await begin(list, id);
    await list.end(token, { state: "failed", error: failure });
    const again = await list.retry(caller.ownerId, id);
    expect(again).toMatchObject({ id, state: "queued", run: 2, attempt: 0 });
    expect(again).not.toHaveProperty("error");
    expect(await list.begin(id, 1, "runner", 5)).toEqual({ kind: "over" });
    expect((await list.begin(id, 2, "runner", 5)).kind).toBe("begun");
  });

  it("keeps the deadline over a crash", async () => {
    const { list, create, caller } = await openWorld();
    const { id } = await create();
    await begin(list, id);
    const before = await list.get(caller.ownerId, id);
    await begin(list, id);
    const after = await list.get(caller.ownerId, id);
    expect(after?.deadlineAt).toEqual(before?.deadlineAt);
    expect(after!.deadlineAt!.getTime() - after!.startedAt!.getTime()).toBe(900_000);
  });

  it("ends together with whatever the end sets off, or not at all", async () => {
    const fails = vi.fn(async (): Promise<void> => {
      throw new Error("no");
    });
    const { list, create, caller } = await openWorld(fails);
    const { id } = await create();
    await expect(list.cancel(caller.ownerId, id)).rejects.toThrow("no");
    expect(await list.get(caller.ownerId, id)).toMatchObject({ state: "queued", eventSequence: 1 });
  });

  it("tells every process what happened, and that it may have missed something when its connection broke", async () => {
    const { database, list, create, caller, now } = await openWorld();
    const elsewhere = await openRenderList({ database, now });
    onTestFinished(() => elsewhere.close());
    const heard: RenderChange[] = [];
    elsewhere.subscribe((change) => heard.push(change));
    const { id } = await create();
    await begin(list, id);
    await list.cancel(caller.ownerId, id);
    await vi.waitFor(() => expect(heard).toContainEqual({ kind: "cancel", renderId: id }));
    expect(heard.filter(({ kind }) => kind === "event")).toHaveLength(2);
    await sqlOf(database.pool).query(
      "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen understudy_render'",
    );
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ kind: "resync" }));
  });
});
