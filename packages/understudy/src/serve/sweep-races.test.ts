import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { hashFile, UnderstudyError } from "@understudy/render";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { sharePeopleWorld } from "#people/testing/people-world.js";
import { renderKeys, renderPrefix } from "#renders/render-keys.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { sweepOnce } from "./sweeps.js";

const shared = sharePeopleWorld();

/** Renders of one owner that failed eight days ago, and a sweep of them. */
async function failedRenders(count: number) {
  const { service, clock, newOwner, consent: consentOf, render: renderOf } = shared();
  const workFolder = await mkdtemp(join(tmpdir(), "understudy-sweeps-"));
  onTestFinished(() => rm(workFolder, { recursive: true, force: true }));
  const owner = await newOwner();
  const consent = await consentOf(owner, "jo");
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const { id } = await renderOf(owner, consent, { state: "running" });
    const begun = await service.renders.begin(id, 1, "runner", 5);
    const { code, message, hint, retryable } = new UnderstudyError("disk-full", "The disk is full.");
    const failed = { state: "failed", error: { code, message, hint, retryable } } as const;
    if (begun.kind === "begun") await service.renders.end(begun.token, failed);
    ids.push(id);
  }
  clock.now = new Date(clock.now.getTime() + 8 * 86_400_000);
  const config = { retention: { inputDays: 7, outputDays: 0, templateDays: 30, evidenceDays: 1095 } };
  const keep = async (key: string): Promise<void> => {
    const path = join(workFolder, "kept");
    await writeFile(path, key);
    const file = { ...(await hashFile(path, { maxBytes: 1e6 })), path, mediaType: "video/mp4" };
    await service.artifacts.put(key, file, new AbortController().signal);
    await rm(path);
  };
  return {
    service,
    ids,
    keep,
    ownerId: owner.ownerId,
    left: (id: string) => service.artifacts.list(renderPrefix(id)),
    render: async (id: string) => (await service.renders.get(owner.ownerId, id))!,
    sweep: (
      artifacts: Partial<ArtifactStore> = {},
      others: readonly (() => Promise<unknown>)[] = [],
      isThorough = false,
    ) =>
      sweepOnce(
        { ...service, config, workFolder, others, artifacts: { ...service.artifacts, ...artifacts } },
        isThorough,
      ),
  };
}

describe("a sweep", () => {
  it("does not meet a retry: what the new run brings stays, and goes when its own days are over", async () => {
    const { service, ids, keep, ownerId, left, render, sweep } = await failedRenders(1);
    const id = ids[0]!;
    let retried: Promise<void> | undefined;
    const input = renderKeys.input(id, "face-1");
    const removeAll = async (prefix: string) => {
      retried ??= service.renders.retry(ownerId, id).then(() => keep(input));
      // A retry that does not wait for the sweep has brought its photo by then.
      await Promise.race([retried, pause(100)]);
      return service.artifacts.removeAll(prefix);
    };
    await sweep({ removeAll });
    await retried;
    expect(await left(id)).toEqual([input]);
    expect(await render(id)).toMatchObject({ state: "queued" });
    expect((await render(id)).inputsRemovedAt).toBeUndefined();
  });

  it("goes on behind what cannot be removed, and tells of it", async () => {
    const { service, ids, left, render, sweep } = await failedRenders(2);
    const removeAll = async (prefix: string) => {
      if (prefix.startsWith(renderPrefix(ids[0]!))) throw new Error("the bucket says no");
      return service.artifacts.removeAll(prefix);
    };
    const other = vi.fn(async () => undefined);
    await expect(sweep({ removeAll }, [() => Promise.reject(new Error("another")), other])).rejects.toThrow("says no");
    expect(await left(ids[1]!)).toEqual([]);
    expect((await render(ids[0]!)).inputsRemovedAt).toBeUndefined();
    expect(other).toHaveBeenCalled();
  });

  it("removes what a killed runner had published of a render that never was finished", async () => {
    const { ids, keep, left, sweep } = await failedRenders(1);
    await keep(renderKeys.output(ids[0]!, "1.1/video.mp4"));
    await sweep();
    expect(await left(ids[0]!)).toEqual([]);
  });

  it("removes the bytes of uploads that are not listed any more, when it is thorough", async () => {
    const { service, keep, sweep } = await failedRenders(1);
    const keys = ["uploads/upload_00000000000000ff/file", "uploads/upload_00000000000000ff/pieces/0-ab"];
    for (const key of keys) await keep(key);
    await sweep({}, [], true);
    expect(await service.artifacts.list("uploads/upload_00000000000000ff/")).toEqual([]);
  });
});
