import { beforeEach, describe, expect, it } from "vitest";
import { createWorkerBook, type WorkerBook } from "./worker-book.js";

describe("the worker book", () => {
  let now = 0;
  let book: WorkerBook;
  beforeEach(() => {
    now = 100_000;
    book = createWorkerBook(() => now, 90_000);
  });
  const isBusy = () => book.sightings()[0]?.isBusy;

  it("knows who polls, who is busy, and forgets who was silent for long", () => {
    const pollEnded = book.pollBegan("w", true);
    expect(book.sightings()).toEqual([{ workerId: "w", lastSeenAt: 100_000, isBusy: false, isPolling: true }]);
    now += 90_001;
    expect(book.sightings()).toHaveLength(1);
    pollEnded();
    book.tookJob("w", "j");
    expect(book.sightings()).toEqual([{ workerId: "w", lastSeenAt: 190_001, isBusy: true, isPolling: false }]);
    now += 90_001;
    expect(book.sightings()).toEqual([]);
  });

  it("believes a report that does not list a job, but not one that may be older than the job", () => {
    book.tookJob("w", "j");
    now += 1_000;
    book.reported("w", []);
    expect(isBusy()).toBe(true);
    now += 10_000;
    book.reported("w", ["j"]);
    expect(isBusy()).toBe(true);
    book.reported("w", []);
    expect(isBusy()).toBe(false);
  });

  it("learns from reports which jobs run, as after a restart of the endpoint, and from idle polls that none does", () => {
    book.reported("w", ["j", "k"]);
    book.finishedJob("w", "j");
    expect(isBusy()).toBe(true);
    book.pollBegan("w", false);
    expect(isBusy()).toBe(true);
    book.pollBegan("w", true);
    expect(isBusy()).toBe(false);
  });

  it("keeps a worker's last words until it polls again", () => {
    book.gaveUp("w", "memory: 2 GB");
    expect(book.sightings()).toMatchObject([{ unhealthy: "memory: 2 GB" }]);
    book.pollBegan("w", true);
    expect(book.sightings()[0]).not.toHaveProperty("unhealthy");
  });

  it("writes down no more than ten thousand workers", () => {
    for (let index = 0; index < 10_050; index++) book.saw(`w${index}`);
    expect(book.sightings()).toHaveLength(10_000);
  });
});
