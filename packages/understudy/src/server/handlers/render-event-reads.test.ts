import { expect, it, vi } from "vitest";
import type { RenderEvent } from "#renders/service-render.js";
import { createSharedReads } from "./render-event-reads.js";

function createSlowList() {
  const answers: ((sequence: number) => void)[] = [];
  const events = vi.fn(
    (_renderId: string, _after: number) =>
      new Promise<readonly RenderEvent[]>((resolve) => {
        answers.push((sequence) => resolve([{ sequence, kind: "progress", at: new Date(0), data: {} }]));
      }),
  );
  return { events, answers, reads: createSharedReads(events) };
}

const sequencesOf = async (reading: Promise<readonly RenderEvent[]>) => (await reading).map(({ sequence }) => sequence);

it("asks once for all who want the same", async () => {
  const { events, answers, reads } = createSlowList();
  const both = [reads.read("a", 1), reads.read("a", 1)];
  const other = reads.read("a", 2);
  expect(events.mock.calls).toEqual([
    ["a", 1],
    ["a", 2],
  ]);
  answers.forEach((answer, i) => answer(i + 7));
  expect(await Promise.all([...both, other].map(sequencesOf))).toEqual([[7], [7], [8]]);
});

it.each(["a", undefined])("lets nobody join a read that began before the news of %s", async (renderId) => {
  const { answers, reads } = createSlowList();
  const before = reads.read("a", 1);
  reads.forget(renderId);
  const after = reads.read("a", 1);
  answers[0]!(2);
  expect(await sequencesOf(before)).toEqual([2]);
  const joined = reads.read("a", 1);
  answers[1]!(3);
  expect(await Promise.all([after, joined].map(sequencesOf))).toEqual([[3], [3]]);
});

it("has four reads in flight at most, and does the others in their turn", async () => {
  const { events, answers, reads } = createSlowList();
  const all = Array.from({ length: 9 }, (_, i) => reads.read(`render ${i}`, 0));
  expect(events).toHaveBeenCalledTimes(4);
  for (let i = 0; i < 9; i += 1) {
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(i));
    answers[i]!(i);
    expect(await sequencesOf(all[i]!)).toEqual([i]);
  }
  expect(events).toHaveBeenCalledTimes(9);
});

it("tells all who share a read that it failed, and reads again the next time", async () => {
  const events = vi.fn(async (): Promise<readonly RenderEvent[]> => []).mockRejectedValueOnce(new Error("away"));
  const reads = createSharedReads(events);
  const both = await Promise.allSettled([reads.read("a", 1), reads.read("a", 1)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await reads.read("a", 1)).toEqual([]);
});
