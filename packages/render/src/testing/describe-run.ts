import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Run } from "#model/run.js";

/** A run for one test, with nothing done in it. */
export interface RunFixture {
  readonly run: Run;
  /** Resolves when the run's signal is aborted, or is sure to be. */
  cancel(): Promise<void>;
}

/** What every `Run` keeps to. @param create gives each test a run of its own. */
export function describeRun(name: string, create: () => Promise<RunFixture>): void {
  describe(`${name} keeps the contract of a run`, () => {
    it("calls a child once and gives back its value", async () => {
      const { run } = await create();
      let calls = 0;
      const value = await run.child("count", async () => ({ calls: ++calls, list: [1, "two", null] }));
      expect(value).toEqual({ calls: 1, list: [1, "two", null] });
      expect(calls).toBe(1);
    });

    it("gives back nothing for a child that returns nothing", async () => {
      const { run } = await create();
      expect(await run.child("silent", async () => {})).toBeUndefined();
      expect(await run.child("null", async () => null)).toBeNull();
    });

    it("leaves a child's files where the child wrote them, and does not miss one that it did not write", async () => {
      const { run } = await create();
      const folder = await temporaryFolder();
      const [clip, other] = [join(folder, "a b.clip"), join(folder, "other.clip")];
      await run.child("write", () => writeFile(clip, "frames"), [other, clip]);
      expect(await readFile(clip, "utf8")).toBe("frames");
      await expect(readFile(other)).rejects.toMatchObject({ code: "ENOENT" });
    });

    it("begins siblings at once, in the order in which they were asked for", async () => {
      const { run } = await create();
      const begun: number[] = [];
      let open = (): void => {};
      const allBegun = new Promise<void>((resolve) => (open = resolve));
      const sibling = (number: number) =>
        run.child(`sibling-${number}`, async () => {
          if (begun.push(number) === 3) open();
          await allBegun;
          return number;
        });
      expect(await Promise.all([sibling(2), sibling(0), sibling(1)])).toEqual([2, 0, 1]);
      expect(begun).toEqual([2, 0, 1]);
    });

    it("passes a failure on, and calls the child again when it is asked for again", async () => {
      const { run } = await create();
      await expect(run.child("fail", () => Promise.reject(new RangeError("too far")))).rejects.toThrow("too far");
      await expect(run.step("fail", () => Promise.reject(new RangeError("too far")))).rejects.toThrow("too far");
      expect(await run.child("fail", async () => "made")).toBe("made");
    });

    it("runs steps and children inside of a child", async () => {
      const { run } = await create();
      const value = await run.child("outer", async (outer) => {
        const one = await outer.step("step", async () => 1);
        const two = await outer.child("inner", async (inner) => inner.step("deep", async () => one + 1));
        return [one, two, outer.now() instanceof Date];
      });
      expect(value).toEqual([1, 2, true]);
    });

    it("ends what is in work after a cancel, and begins nothing more", async () => {
      const { run, cancel } = await create();
      let late = false;
      const working = run.child("long", async (inner) => {
        await cancel();
        if (!inner.signal.aborted) await once(inner.signal, "abort");
        inner.signal.throwIfAborted();
      });
      await expect(working).rejects.toMatchObject({ name: "AbortError" });
      const noteLate = async () => (late = true);
      await expect((async () => run.step("late", noteLate))()).rejects.toMatchObject({ name: "AbortError" });
      await expect((async () => run.child("late", noteLate))()).rejects.toMatchObject({ name: "AbortError" });
      expect(late).toBe(false);
    });
  });
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-run-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
