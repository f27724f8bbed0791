import { describe, expect, it, onTestFinished } from "vitest";
import { openAirtableLab, type AirtableLab } from "#connectors/airtable/testing/airtable-lab.js";
import { shareTestService } from "#server/testing/open-test-service.js";
import { createBell } from "./bell.js";
import type { HeldTurn } from "./hold-turn.js";
import { watchBase } from "./watch-base.js";

const shared = shareTestService();

/** Watches the base of a lab; time stands still for the watcher, so that it only wakes when it is told something. */
async function watch(lab: AirtableLab) {
  const { turn } = await lab.work();
  const bell = createBell();
  const [stop, turns, released] = [new AbortController(), [] as AbortController[], [] as number[]];
  const holdTurn = async (): Promise<HeldTurn> => {
    const lost = new AbortController();
    const number = turns.push(lost);
    const signal = AbortSignal.any([stop.signal, lost.signal]);
    return { ...turn, signal, release: async () => void released.push(number) };
  };
  const { baseId } = lab.connection;
  const done = watchBase({ ...lab.options, baseId, bell, signal: stop.signal, holdTurn });
  const end = async (): Promise<void> => {
    stop.abort();
    await done;
  };
  onTestFinished(end);
  return { bell, turns, released, end };
}

const renderCount = (lab: AirtableLab) => async () => (await lab.renders()).length;

describe("who watches a base", () => {
  it("takes in what is there, sleeps, and wakes when something is told", async () => {
    const lab = await openAirtableLab(shared());
    lab.addRows(2);
    const { bell, end, released } = await watch(lab);
    await expect.poll(renderCount(lab)).toBe(2);
    lab.addRows(1);
    bell.ring("connections");
    await expect.poll(renderCount(lab)).toBe(3);
    await end();
    expect(released).toEqual([1]);
  });

  it("works on a connection although another one of the base does not work", async () => {
    const lab = await openAirtableLab(shared());
    const { connections } = lab.options;
    const gone = await connections.keep({ ...lab.connection, tableId: "tbl00000000000000", tableName: "Gone" });
    lab.addRows(2);
    await watch(lab);
    await expect.poll(renderCount(lab)).toBe(2);
    await expect.poll(async () => (await connections.get(gone.id))?.problem?.code).toBe("airtable-table");
    expect((await connections.get(lab.connection.id))?.problem).toBeUndefined();
  });

  it("asks for the turn again when it was lost, and begins from what is there", async () => {
    const lab = await openAirtableLab(shared());
    const { bell, turns, released } = await watch(lab);
    await expect.poll(() => lab.airtable.requests.length).toBeGreaterThan(1);
    lab.addRows(1);
    turns[0]!.abort();
    bell.ring("rows");
    await expect.poll(renderCount(lab)).toBe(1);
    expect([turns.length, released]).toEqual([2, [1]]);
  });

  it("gives the turn back when the database does not answer, and says so", async () => {
    const lab = await openAirtableLab(shared());
    const { list } = lab.options.connections;
    let asked = 0;
    const connections = {
      ...lab.options.connections,
      list: async () => ((asked += 1) === 1 ? Promise.reject(new Error("away")) : list()),
    };
    const { bell, released } = await watch({ ...lab, options: { ...lab.options, connections } });
    await expect.poll(() => released).toEqual([1]);
    expect(shared().lines.at(-1)).toMatchObject({ level: "warn", baseId: lab.connection.baseId });
    lab.addRows(1);
    bell.ring("rows");
    await expect.poll(renderCount(lab)).toBe(1);
  });
});
