import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ResultStore } from "#storage/result-store.js";

/** A store, and a way to see what lies in it. */
export interface ResultStoreUnderTest {
  readonly store: ResultStore;
  /** Names of everything that anybody could reach, `SECRET/NAME` each. */
  kept(): Promise<readonly string[]>;
}

/** What every store for results must do; `create` makes an empty one in a folder. */
export function describeResultStore(
  name: string,
  create: (folder: string) => Promise<ResultStoreUnderTest> | ResultStoreUnderTest,
): void {
  const signal = new AbortController().signal;

  async function open() {
    const folder = await mkdtemp(join(tmpdir(), "understudy-results-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const workFolder = await mkdtemp(join(folder, "work-"));
    return { ...(await create(folder)), workFolder };
  }

  describe(`${name} keeps the result store contract`, () => {
    it("publishes a video and its companions under one secret, and says where the video is", async () => {
      const { store, kept, workFolder } = await open();
      const place = await store.prepare({ name: "rec1", workFolder });
      await writeFile(place.outputs.video, "a video");
      await writeFile(place.outputs.manifest, "{}");
      const url = await store.publish(place, signal);
      const [, secret = ""] = /\/([A-Za-z0-9_-]{22})\/rec1\.mp4(\?|$)/.exec(url) ?? [];
      expect(secret, url).not.toBe("");
      expect([...(await kept())].sort()).toEqual([`${secret}/rec1.manifest.json`, `${secret}/rec1.mp4`]);
    });

    it("makes a secret of its own for each result, also of one name", async () => {
      const { store, workFolder } = await open();
      const places = [await store.prepare({ name: "a", workFolder }), await store.prepare({ name: "a", workFolder })];
      expect(new Set(places.map(({ outputs }) => outputs.video)).size).toBe(2);
    });

    it.each(["../../etc/passwd", "réc 1/\u0000", ".hidden", "x".repeat(500), "🚩"])(
      "makes a harmless name of %j",
      async (hostile) => {
        const { store, kept, workFolder } = await open();
        const place = await store.prepare({ name: hostile, workFolder });
        await writeFile(place.outputs.video, "a video");
        await store.publish(place, signal);
        expect((await kept()).join()).toMatch(/^[A-Za-z0-9_-]{22}\/[A-Za-z0-9_][A-Za-z0-9._-]{0,100}\.mp4$/);
      },
    );

    it("leaves nothing of a discarded result, published or not, and does not mind twice", async () => {
      const { store, kept, workFolder } = await open();
      const [finished, begun] = [
        await store.prepare({ name: "a", workFolder }),
        await store.prepare({ name: "b", workFolder }),
      ];
      for (const { outputs } of [finished, begun]) await writeFile(outputs.video, "a video");
      await store.publish(finished, signal);
      for (const place of [finished, finished, begun]) await store.discard(place);
      expect(await kept()).toEqual([]);
      expect(await readdir(workFolder)).toEqual([]);
    });

    it("publishes nothing for a cancelled job", async () => {
      const { store, workFolder } = await open();
      const place = await store.prepare({ name: "a", workFolder });
      await writeFile(place.outputs.video, "a video");
      await expect(store.publish(place, AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
    });
  });
}
