import { describe, expect, it, onTestFinished } from "vitest";
import type { Caller } from "#access/caller.js";
import { sampleConnection, seedConnection } from "#connectors/airtable/testing/sample-rows.js";
import { sqlOf, transaction } from "#postgres/database.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { openRenderList } from "#renders/postgres-render-list.js";
import type { RunToken } from "#renders/render-list.js";
import { sampleOrder, seedCaller } from "#renders/testing/sample-render.js";
import { fakeManifest } from "#testing/fake-wiring.js";
import { createRowBook } from "./postgres-row-book.js";
import type { DueRow } from "./row-book.js";
import type { KnownRow, WrittenPhase } from "./row.js";

const database = shareTestDatabase();
let worlds = 0;

const cost = { engineSeconds: 20, usdPerEngineSecond: 0.001, usd: 0.02 };
const file = (fileName: string, mediaType: string) => {
  return { key: fileName, fileName, mediaType, byteLength: 1, sha256: "a", path: `/r/SECRET/${fileName}` };
};
const [video, picture] = [file("video.mp4", "video/mp4"), file("video.jpg", "image/jpeg")];

/** A connection with rows, each of which was asked for once, and a clock. */
async function openWorld() {
  const number = ++worlds;
  const { pool } = database();
  let seconds = 0;
  const now = () => new Date(Date.UTC(2027, 0, 1) + 1000 * seconds);
  const renders = await openRenderList({ database: database(), now });
  onTestFinished(() => renders.close());
  const caller: Caller = await seedCaller(database(), number);
  const { id } = await seedConnection(database(), sampleConnection(caller, { tableId: `tbl${number}` }));
  const book = createRowBook({ pool, now });
  const put = (row: KnownRow, isDue = true) => transaction(pool, (sql) => book.put(sql, id, row, isDue));
  const ask = async (recordId: string, parts: Partial<KnownRow> = {}) => {
    const { render } = await renders.create({ order: sampleOrder(), priority: 0 }, caller);
    await put({ recordId, asked: 1, inputsSha256: "A", seenSha256: "A", renderId: render.id, ...parts });
    return render.id;
  };
  const begin = async (renderId: string, run = 1) => {
    const begun = await renders.begin(renderId, run, "runner", 5);
    return (begun as { readonly token: RunToken }).token;
  };
  const finish = async (renderId: string, files = [video, picture]) => {
    const token = await begin(renderId);
    await renders.end(token, { state: "finished", files, manifest: fakeManifest({}), cost });
  };
  const note = (row: DueRow, phase: WrittenPhase["phase"]) => {
    return book.noteWritten(id, [{ ...row, written: { phase, asked: row.known.asked, run: 1 } }]);
  };
  return {
    id,
    book,
    caller,
    renders,
    put,
    ask,
    begin,
    finish,
    note,
    pass: (more: number) => void (seconds += more),
    read: (recordId: string) => book.read(sqlOf(pool), id, recordId, false),
    due: (limit = 10) => book.due(id, limit),
    names: async (limit = 10) => (await book.due(id, limit)).map(({ known }) => known.recordId),
    noteAll: async (phase: WrittenPhase["phase"]) => {
      for (const row of await book.due(id, 100)) await note(row, phase);
    },
    change: (text: string, renderId: string) => pool.query(text, [renderId]),
  };
}

describe("a row", () => {
  it("is read as it was put, and unknown before", async () => {
    const world = await openWorld();
    expect(await world.read("rec1")).toBeUndefined();
    const refusal = { code: "bad-row", message: "m", hint: "h", retryable: false } as const;
    const whole: KnownRow = {
      recordId: "rec1",
      asked: 3,
      inputsSha256: "A",
      seenSha256: "B",
      renderId: "render_1",
      refusal,
      incompleteSince: new Date(7),
      written: { phase: "failed", asked: 2, run: 4 },
      picturedRenderId: "render_0",
    };
    await world.put(whole);
    expect(await world.read("rec1")).toEqual(whole);
    await world.put({ recordId: "rec1", asked: 0 });
    expect(await world.read("rec1")).toEqual({ recordId: "rec1", asked: 0 });
  });

  it("is told what it is due, once", async () => {
    const world = await openWorld();
    const renderId = await world.ask("rec1");
    const [row] = await world.due();
    expect(row).toMatchObject({ known: { recordId: "rec1", asked: 1 }, render: { id: renderId, state: "queued" } });
    await world.note(row!, "processing");
    expect(await world.due()).toEqual([]);
    expect((await world.read("rec1"))?.written).toEqual({ phase: "processing", asked: 1, run: 1 });
    await world.put((await world.read("rec1"))!, false);
    expect(await world.due()).toEqual([]);
  });

  it("that was told late does not count against one that was told later", async () => {
    const world = await openWorld();
    await world.finish(await world.ask("rec1"));
    const [early] = await world.due();
    await world.put((await world.read("rec1"))!);
    const [late] = await world.due();
    await world.note(late!, "complete");
    await world.note(early!, "processing");
    expect((await world.read("rec1"))?.written?.phase).toBe("complete");
    expect(await world.due()).toEqual([]);
  });

  it("that somebody is changing is not waited for: it stays due, and others do not", async () => {
    const world = await openWorld();
    const renderId = await world.ask("rec1");
    await world.ask("rec2");
    await world.ask("rec3");
    const due = await world.due();
    await transaction(database().pool, async (sql) => {
      await sql.query("delete from understudy.render where id = $1", [renderId]);
      const told = due.map((row) => ({ ...row, written: { phase: "processing", asked: 1, run: 1 } as const }));
      await world.book.noteWritten(world.id, told);
      expect(await world.names()).toEqual(["rec1"]);
    });
    expect(await world.due()).toMatchObject([{ known: { recordId: "rec1" } }]);
  });

  it("is due again for what happened between reading and noting", async () => {
    const world = await openWorld();
    const renderId = await world.ask("rec1");
    const [row] = await world.due();
    await world.finish(renderId);
    await world.note(row!, "processing");
    expect(await world.due()).toMatchObject([{ render: { state: "finished" } }]);
  });
});

describe("whatever becomes of a render, its row is due again", () => {
  it("when it ends and is asked to run once more, but not when it begins to run or goes on", async () => {
    const world = await openWorld();
    const renderId = await world.ask("rec1");
    const states: unknown[] = [];
    const look = async () => {
      states.push((await world.due()).map(({ render }) => render?.state));
      await world.noteAll("processing");
    };
    await look();
    const token = await world.begin(renderId);
    await look();
    await world.renders.note(token, { progress: { stage: "download", share: 0.5 } });
    await look();
    const error = { code: "no-face-in-video", message: "m", hint: "h", retryable: false } as const;
    await world.renders.end(token, { state: "failed", error });
    await look();
    await world.renders.retry(world.caller.ownerId, renderId);
    await look();
    await world.renders.cancel(world.caller.ownerId, renderId);
    await look();
    expect(states).toEqual([["queued"], [], [], ["failed"], ["queued"], ["cancelled"]]);
  });

  it("when its video is removed, and when all that is known of it is erased", async () => {
    const world = await openWorld();
    const renderId = await world.ask("rec1");
    await world.finish(renderId);
    await world.noteAll("complete");
    await world.change("update understudy.render set outputs_removed_at = now() where id = $1", renderId);
    expect(await world.due()).toMatchObject([{ render: { state: "finished", outputsRemovedAt: expect.any(Date) } }]);
    await world.noteAll("removed");
    await world.change("delete from understudy.render where id = $1", renderId);
    const [row] = await world.due();
    expect(row).toMatchObject({ known: { recordId: "rec1", renderId } });
    expect(row).not.toHaveProperty("render");
  });

  it("and then no more: a row that was cleared of what is erased is forgotten", async () => {
    const world = await openWorld();
    const [erased, removed] = [await world.ask("rec1"), await world.ask("rec2")];
    await world.finish(erased);
    await world.finish(removed);
    await world.noteAll("complete");
    await world.change("delete from understudy.render where id = $1", erased);
    await world.change("update understudy.render set outputs_removed_at = now() where id = $1", removed);
    await world.noteAll("removed");
    const { rows } = await database().pool.query(
      "select record_id from understudy.airtable_row where connection_id = $1",
      [world.id],
    );
    expect(rows).toEqual([{ record_id: "rec2" }]);
  });

  it("but a render that was replaced is nobody's any more", async () => {
    const world = await openWorld();
    const replaced = await world.ask("rec1");
    await world.ask("rec1", { asked: 2 });
    await world.noteAll("processing");
    await world.renders.cancel(world.caller.ownerId, replaced);
    expect(await world.due()).toEqual([]);
  });
});

describe("of many rows", () => {
  it("those at their end come first, then whoever waits for longest", async () => {
    const world = await openWorld();
    await world.ask("rec-1-waits");
    world.pass(1);
    const late = await world.ask("rec-2-ends-late");
    await world.put({ recordId: "rec-3-refused", asked: 1 });
    const early = await world.ask("rec-4-ends-early");
    world.pass(1);
    await world.finish(early);
    world.pass(1);
    await world.finish(late);
    await world.ask("rec-5-waits");
    const order = ["rec-3-refused", "rec-4-ends-early", "rec-2-ends-late", "rec-1-waits", "rec-5-waits"];
    expect(await world.names()).toEqual(order);
    expect(await world.names(2)).toEqual(order.slice(0, 2));
  });

  it("one that could not be told waits, the longer the more often, until it is asked for anew", async () => {
    const world = await openWorld();
    await world.ask("rec1");
    expect(await world.book.nextDueAt(world.id)).toBeUndefined();
    const waits: number[] = [];
    while (waits.length < 4) {
      await world.book.notePostponed(world.id, "rec1");
      expect(await world.book.nextDueAt(world.id)).toEqual(expect.any(Date));
      let waited = 0;
      for (; (await world.names()).length === 0; waited += 5) world.pass(5);
      waits.push(waited);
    }
    expect(waits).toEqual([5, 10, 20, 40]);
    await world.book.notePostponed(world.id, "rec1");
    await world.put((await world.read("rec1"))!);
    expect(await world.names()).toEqual(["rec1"]);
    expect(await world.book.nextDueAt(world.id)).toBeUndefined();
  });

  it("one that was removed is told nothing, and its render in work is for nobody", async () => {
    const world = await openWorld();
    const inWork = await world.ask("rec1");
    await world.finish(await world.ask("rec2"));
    await world.ask("rec3");
    const gone = ["rec1", "rec2", "rec-unknown"];
    expect(await world.book.inWork(world.id, gone)).toEqual([inWork]);
    await world.book.noteGone(world.id, gone);
    expect(await world.book.inWork(world.id, gone)).toEqual([]);
    expect(await world.names()).toEqual(["rec3"]);
    const row = (await world.read("rec1"))!;
    expect(row.isGone).toBe(true);
    const { isGone: _, ...brought } = row;
    await world.put(brought);
    expect(await world.names()).toEqual(["rec1", "rec3"]);
    expect(await world.read("rec1")).toEqual(brought);
  });
});

describe("a picture", () => {
  it("is due once its row says Complete, and until it was shown", async () => {
    const world = await openWorld();
    const renderId = await world.ask("rec1");
    const due = () => world.book.duePicture(world.id);
    await world.noteAll("processing");
    await world.finish(renderId);
    expect(await due()).toBeUndefined();
    await world.noteAll("complete");
    expect(await due()).toEqual({ recordId: "rec1", renderId, file: picture });
    await world.book.notePicture(world.id, "rec1", renderId);
    expect(await due()).toBeUndefined();
  });

  it.each(["that was never drawn", "of a removed video", "of a row that was asked for again", "of a row that is gone"])(
    "%s is not due",
    async (which) => {
      const world = await openWorld();
      const renderId = await world.ask("rec1");
      await world.finish(renderId, which === "that was never drawn" ? [video] : undefined);
      await world.noteAll("complete");
      const text = "update understudy.render set outputs_removed_at = now() where id = $1";
      if (which === "of a removed video") await world.change(text, renderId);
      if (which === "of a row that was asked for again") await world.ask("rec1", { asked: 2 });
      if (which === "of a row that is gone") await world.book.noteGone(world.id, ["rec1"]);
      expect(await world.book.duePicture(world.id)).toBeUndefined();
    },
  );
});
