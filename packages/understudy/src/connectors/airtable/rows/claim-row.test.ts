import { UnderstudyError } from "@understudy/render";
import { describe, expect, it, onTestFinished } from "vitest";
import { configSchema } from "#config/index.js";
import { sampleConnection, seedConnection } from "#connectors/airtable/testing/sample-rows.js";
import { sqlOf, transaction } from "#postgres/database.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { openRenderList } from "#renders/postgres-render-list.js";
import type { RenderOrder } from "#renders/render-order.js";
import { seedCaller } from "#renders/testing/sample-render.js";
import { claimRow, type ClaimServices } from "./claim-row.js";
import type { Turn } from "./turn.js";
import { createRowBook } from "./postgres-row-book.js";
import { incompleteRow } from "./row-failures.js";
import type { RowInputs, RowReading } from "./row.js";

const database = shareTestDatabase();
let worlds = 0;

const inputs: RowInputs = {
  source: { kind: "url", url: "https://videos.example/ad.mp4" },
  faces: [{ kind: "url", url: "https://photos.example/jo.jpg" }],
  consent: { kind: "on-record" },
};
const whole = (sha256 = "A"): RowReading => ({ kind: "whole", inputs, sha256 });
const incomplete = (sha256 = "a"): RowReading => ({ kind: "incomplete", missing: ['"Face"'], sha256 });
const unusable: RowReading = { kind: "unusable", failure: incompleteRow(['"Face"']), sha256: "u" };

async function openWorld(parts: Partial<ClaimServices> = {}, settings: object = {}) {
  const number = ++worlds;
  const { pool } = database();
  let seconds = 0;
  const now = () => new Date(Date.UTC(2027, 0, 1) + 1000 * seconds);
  const renders = await openRenderList({ database: database(), now });
  onTestFinished(() => renders.close());
  const caller = await seedCaller(database(), number);
  const connection = await seedConnection(database(), sampleConnection(caller, { tableId: `tbl${number}` }));
  const { id } = connection;
  const book = createRowBook({ pool, now });
  const turn: Pick<Turn, "transaction"> = { transaction: (act) => transaction(pool, act) };
  const [checked, told]: [RenderOrder[], string[]] = [[], []];
  const services: ClaimServices = {
    book,
    renders,
    config: configSchema.parse(settings),
    patienceMs: 10_000,
    now,
    caller: async () => caller,
    checkOrder: async (order) => void checked.push(order),
    handOver: async (render) => void told.push(`hand over ${render.id}`),
    stop: async (render) => void told.push(`stop ${render.id} ${render.state}`),
    ...parts,
  };
  const claim = (reading: RowReading, isPending = true, by = turn, recordId = "rec1") =>
    claimRow(by, connection, { recordId, isPending, reading }, services);
  return {
    book,
    claim,
    connection,
    turn,
    checked,
    told,
    pass: (more: number) => void (seconds += more),
    row: () => book.read(sqlOf(pool), id, "rec1", false),
    put: (row: Parameters<typeof book.put>[2], isDue = true) =>
      transaction(pool, (sql) => book.put(sql, id, row, isDue)),
    due: async () => (await book.due(id, 10)).length,
    renders: () => renders.list(caller.ownerId, { limit: 10 }),
    changes: async () => {
      const text = "select xmin::text from understudy.airtable_row where connection_id = $1";
      return (await pool.query(text, [id])).rows;
    },
  };
}

describe("a row that asks to be rendered", () => {
  it("has a render, in the configuration's words, and is told of it", async () => {
    const settings = { label: "start", stitch: "reencode", jobs: { deadlineSeconds: 70 }, cost: { capUsd: 2 } };
    const world = await openWorld({}, settings);
    await world.claim(whole());
    const [render] = await world.renders();
    expect(render).toMatchObject({ state: "queued", keyId: world.connection.keyId, priority: 0 });
    expect(render?.order).toEqual({
      ...inputs,
      label: { kind: "start" },
      stitch: "reencode",
      allowMissingFace: false,
      name: "video",
      metadata: {
        airtable_base: "app00000000000001",
        airtable_table: world.connection.tableId,
        airtable_record: "rec1",
      },
      deadlineSeconds: 70,
      costCapUsd: 2,
    });
    expect(await world.row()).toEqual({
      recordId: "rec1",
      asked: 1,
      inputsSha256: "A",
      seenSha256: "A",
      renderId: render?.id,
    });
    expect(world.checked).toEqual([render?.order]);
    expect(world.told).toEqual([`hand over ${render?.id}`]);
    expect(await world.due()).toBe(1);
  });

  it("has one, however often the same page is read", async () => {
    const world = await openWorld();
    await world.claim(whole());
    const before = await world.changes();
    await world.claim(whole());
    await Promise.all([world.claim(whole()), world.claim(whole())]);
    expect(await world.renders()).toHaveLength(1);
    expect(world.checked).toHaveLength(1);
    expect(await world.changes()).toEqual(before);
  });

  it("has one, when two processes read it at the same time", async () => {
    let arrived = 0;
    let open = (): void => undefined;
    const both = new Promise<void>((resolve) => (open = resolve));
    const world = await openWorld({
      checkOrder: async () => {
        if (++arrived === 2) open();
        await both;
      },
    });
    await Promise.all([world.claim(whole()), world.claim(whole())]);
    expect(await world.renders()).toHaveLength(1);
    expect(world.told).toHaveLength(1);
    expect((await world.row())?.asked).toBe(1);
  });

  it("has none when the turn is lost on the way", async () => {
    const world = await openWorld();
    const lost: Pick<Turn, "transaction"> = {
      transaction: (act) =>
        world.turn.transaction(async (sql) => {
          const value = await act(sql);
          const { rows } = await sql.query("select from understudy.airtable_row where connection_id = $1", [
            world.connection.id,
          ]);
          // The session of the transaction that claimed it, and not of the one that only read.
          if (rows.length > 0) await sql.query("select pg_terminate_backend(pg_backend_pid())");
          return value;
        }),
    };
    await expect(world.claim(whole(), true, lost)).rejects.toMatchObject({ code: "database-unavailable" });
    expect(await world.renders()).toEqual([]);
    expect(await world.row()).toBeUndefined();
    expect(world.told).toEqual([]);
    await world.claim(whole());
    expect(await world.renders()).toHaveLength(1);
  });

  it("again behind an end has another, which what was shown of the first does not hide", async () => {
    const world = await openWorld();
    await world.claim(whole());
    const row = (await world.row())!;
    const written = { phase: "complete", asked: 1, run: 1 } as const;
    await world.put({ ...row, written, picturedRenderId: row.renderId! });
    world.pass(1);
    await world.claim(whole());
    const [second] = await world.renders();
    expect(second?.id).not.toBe(row.renderId);
    const asked = { asked: 2, renderId: second?.id, written, picturedRenderId: row.renderId };
    expect(await world.row()).toMatchObject(asked);
    expect(world.told).toEqual([`hand over ${row.renderId}`, `hand over ${second?.id}`]);
  });

  it("with other inputs has another in the place of the first", async () => {
    const world = await openWorld();
    await world.claim(whole("A"));
    const first = (await world.row())!.renderId!;
    await world.claim(whole("B"));
    const second = (await world.row())!;
    expect(second).toMatchObject({ asked: 2, inputsSha256: "B" });
    expect(world.told.slice(1)).toEqual([`hand over ${second.renderId}`, `stop ${first} cancelled`]);
  });
});

describe("a row that is rendered anew in the place of a render in work", () => {
  it("loses the first one if and only if it has the second", async () => {
    const world = await openWorld();
    await world.claim(whole("A"));
    const [first] = await world.renders();
    const thrown = new Error("the turn was lost");
    let transactions = 0;
    const lost: Pick<Turn, "transaction"> = {
      transaction: (act) =>
        world.turn.transaction(async (sql) => {
          const value = await act(sql);
          if (++transactions === 2) throw thrown;
          return value;
        }),
    };
    await expect(world.claim(whole("B"), true, lost)).rejects.toBe(thrown);
    expect(await world.renders()).toEqual([first]);
    expect(world.told).toHaveLength(1);
    await world.claim(whole("B"));
    expect((await world.renders()).map(({ state }) => state).toSorted()).toEqual(["cancelled", "queued"]);
  });

  it("does not wait for whoever ends the first one, while that one waits for it", async () => {
    const world = await openWorld();
    await world.claim(whole("A"));
    const [first] = await world.renders();
    const { pool } = database();
    const ending = await pool.connect();
    onTestFinished(() => ending.release());
    await ending.query("begin");
    await ending.query("select from understudy.render where id = $1 for update", [first?.id]);
    const claimed = world.claim(whole("B"));
    const waiting =
      "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query like '%for update%'";
    await expect.poll(async () => (await pool.query(waiting)).rowCount).toBe(1);
    // By its trigger, this changes the row that is being claimed.
    await ending.query("update understudy.render set state = 'failed' where id = $1", [first?.id]);
    await ending.query("commit");
    await claimed;
    expect((await world.renders()).map(({ state }) => state).toSorted()).toEqual(["failed", "queued"]);
  });
});

describe("a row that is refused", () => {
  it("has no render, is told why, and may be mended", async () => {
    const world = await openWorld();
    await world.claim(unusable);
    expect(await world.row()).toMatchObject({ asked: 1, inputsSha256: "u", refusal: { code: "bad-row" } });
    expect(await world.renders()).toEqual([]);
    expect(await world.due()).toBe(1);
    await world.claim(whole());
    expect(await world.row()).toEqual({
      recordId: "rec1",
      asked: 2,
      inputsSha256: "A",
      seenSha256: "A",
      renderId: expect.any(String),
    });
  });

  it("is told what the check of its order said, and what was in work for it is stopped", async () => {
    let refusal: UnderstudyError | undefined;
    const world = await openWorld({
      checkOrder: async () => {
        if (refusal !== undefined) throw refusal;
      },
    });
    await world.claim(whole("A"));
    const first = (await world.row())!.renderId;
    refusal = new UnderstudyError("download-refused", "source: The address is not public.");
    await world.claim(whole("B"));
    const row = (await world.row())!;
    expect(row).toMatchObject({ asked: 2, refusal: { code: "download-refused", message: refusal.message } });
    expect(row).not.toHaveProperty("renderId");
    expect(world.told).toEqual([`hand over ${first}`, `stop ${first} cancelled`]);
  });

  it("is not refused for what may pass by itself, or what nobody foresaw", async () => {
    const causes = [
      new UnderstudyError("database-unavailable", "It is away."),
      new UnderstudyError("internal-error", "?"),
      new Error("?"),
    ];
    for (const cause of causes) {
      const world = await openWorld({ checkOrder: () => Promise.reject(cause) });
      await expect(world.claim(whole())).rejects.toBe(cause);
      expect(await world.row()).toBeUndefined();
    }
  });

  it("is neither refused nor rendered when the connection's key holds no longer", async () => {
    const world = await openWorld({ caller: async () => undefined });
    await expect(world.claim(whole())).rejects.toMatchObject({ code: "forbidden" });
    await expect(world.claim(unusable)).rejects.toMatchObject({ code: "forbidden" });
    expect(await world.row()).toBeUndefined();
    expect(world.checked).toEqual([]);
  });
});

describe("a row that is not whole", () => {
  it("is waited for while somebody types, and refused when nobody does", async () => {
    const world = await openWorld();
    await world.claim(incomplete("a"));
    world.pass(9);
    await world.claim(incomplete("b"));
    world.pass(9);
    await world.claim(incomplete("b"));
    expect(await world.row()).toMatchObject({ asked: 0, seenSha256: "b" });
    expect(await world.due()).toBe(0);
    world.pass(1);
    await world.claim(incomplete("b"));
    const row = (await world.row())!;
    expect(row).toMatchObject({ asked: 1, refusal: { code: "bad-row" } });
    expect(row).not.toHaveProperty("incompleteSince");
    expect(await world.due()).toBe(1);
  });

  it("is given the whole time again when it said something else than Pending meanwhile", async () => {
    const world = await openWorld();
    await world.claim(incomplete());
    await world.claim(incomplete(), false);
    world.pass(20);
    await world.claim(incomplete());
    expect(await world.row()).toMatchObject({ asked: 0, incompleteSince: expect.any(Date) });
  });
});

describe("a row that asks for nothing", () => {
  it("and never did is not noted", async () => {
    const world = await openWorld();
    await world.claim(whole(), false);
    expect(await world.row()).toBeUndefined();
  });

  it("is noted as it is by now, so that its end can say that it was changed", async () => {
    const world = await openWorld();
    await world.claim(whole("A"));
    await world.claim(whole("B"), false);
    expect(await world.row()).toMatchObject({ asked: 1, inputsSha256: "A", seenSha256: "B" });
    const before = await world.changes();
    await world.claim(whole("B"), false);
    expect(await world.changes()).toEqual(before);
  });

  it("but says Pending while it is in work is told again, once", async () => {
    const world = await openWorld();
    await world.claim(whole());
    const row = (await world.row())!;
    await world.put({ ...row, written: { phase: "processing", asked: 1, run: 1 } }, false);
    await world.claim(whole());
    expect(await world.row()).toEqual(row);
    expect(await world.due()).toBe(1);
    const before = await world.changes();
    await world.claim(whole());
    expect(await world.changes()).toEqual(before);
    expect(await world.renders()).toHaveLength(1);
  });

  it("and was brought back into the table is told what became of it meanwhile", async () => {
    const world = await openWorld();
    await world.claim(whole());
    const [due] = await world.book.due(world.connection.id, 1);
    await world.book.noteWritten(world.connection.id, [
      { ...due!, written: { phase: "processing", asked: 1, run: 1 } },
    ]);
    await world.book.noteGone(world.connection.id, ["rec1"]);
    expect(await world.due()).toBe(0);
    await world.claim(whole(), false);
    expect(await world.row()).not.toHaveProperty("isGone");
    expect(await world.due()).toBe(1);
  });
});
