import { describe, expect, it } from "vitest";
import { decideScale, type ScaledWorker, type ScaleFacts, type ScaleRules } from "./decide-scale.js";

const rules: ScaleRules = { min: 0, max: 3, idleTimeoutMs: 5_000, queueDelayMs: 4_000 };
const starting: ScaledWorker = { workerId: "new", state: "starting" };
const busy: ScaledWorker = { workerId: "busy", state: "busy" };
const stopping: ScaledWorker = { workerId: "going", state: "stopping" };
const idle = (workerId: string, idleSince: number): ScaledWorker => ({ workerId, state: "idle", idleSince });
const decide = (facts: Partial<ScaleFacts>, changed: Partial<ScaleRules> = {}) =>
  decideScale({ now: 10_000, workers: [], waitingJobs: 0, ...facts }, { ...rules, ...changed });

describe("more workers", () => {
  it.each<[string, Partial<ScaleFacts>, Partial<ScaleRules>, number]>([
    ["the first one starts at once", { waitingJobs: 1, oldestAt: 10_000 }, {}, 1],
    ["the least number is always there", {}, { min: 2 }, 2],
    ["never above the most, also when the least is", {}, { min: 5, max: 2 }, 2],
    ["a job that has just come waits for the busy one", { workers: [busy], waitingJobs: 1, oldestAt: 9_000 }, {}, 0],
    ["one that has waited gets a worker", { workers: [busy], waitingJobs: 1, oldestAt: 6_000 }, {}, 1],
    ["nobody is called twice for one job", { workers: [busy, starting], waitingJobs: 1, oldestAt: 0 }, {}, 0],
    ["one at a time", { workers: [busy, starting], waitingJobs: 9, oldestAt: 0 }, {}, 1],
    ["one that is ending does not count", { workers: [stopping], waitingJobs: 1, oldestAt: 10_000 }, {}, 1],
    ["none when the most are there", { workers: [busy, busy, busy], waitingJobs: 9, oldestAt: 0 }, {}, 0],
    ["none at all when none may be", { waitingJobs: 1, oldestAt: 0 }, { max: 0 }, 0],
  ])("%s", (_name, facts, changed, start) => {
    expect(decide(facts, changed)).toEqual({ start, stop: [] });
  });
});

describe("fewer workers", () => {
  it.each<[string, Partial<ScaleFacts>, Partial<ScaleRules>, string[]]>([
    ["one that has long had nothing to do ends", { workers: [idle("a", 5_000), idle("b", 5_001)] }, {}, ["a"]],
    ["the least number stays", { workers: [idle("a", 0), idle("b", 0)] }, { min: 1 }, ["a"]],
    ["busy ones stay", { workers: [busy] }, {}, []],
    ["nobody ends while a job waits", { workers: [idle("a", 0)], waitingJobs: 1, oldestAt: 9_999 }, {}, []],
  ])("%s", (_name, facts, changed, stop) => {
    expect(decide(facts, changed)).toEqual({ start: 0, stop });
  });
});
