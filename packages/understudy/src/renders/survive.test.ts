import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createFakeWiring } from "#testing/fake-wiring.js";
import type { Wiring } from "#wire.js";
import { renderKeys } from "./render-keys.js";
import { durable, fromUploads, openRenderWork } from "./testing/render-work.js";
import { sampleOrder } from "./testing/sample-render.js";

const plainRender: Wiring["render"] = (...args) => createFakeWiring().render(...args);
const away = () => new UnderstudyError("database-unavailable", "The database does not answer.");

type World = Awaited<ReturnType<typeof openRenderWork>>;

async function create({ renders, caller }: World): Promise<string> {
  return (await renders.create({ order: sampleOrder(fromUploads), priority: 0 }, caller)).render.id;
}

async function keepText({ artifacts, folder }: World, key: string, text: string): Promise<void> {
  const path = join(folder, "text");
  await writeFile(path, text);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const file = { path, sha256, byteLength: text.length, mediaType: "x/y" };
  await artifacts.put(key, file, new AbortController().signal);
}

describe("a render while the database is away", () => {
  it("does not fail of it, and the attempt does not count: it is called again", async () => {
    let isAway = true;
    const render: Wiring["render"] = async (...args) => {
      if (isAway) throw away();
      return plainRender(...args);
    };
    const world = await openRenderWork({ wiring: { render }, settings: { jobs: { maxAttempts: 1 } } });
    const ticket = { renderId: await create(world), run: 1 };
    await expect(world.work(ticket, durable())).rejects.toMatchObject({ code: "database-unavailable" });
    isAway = false;
    await world.work(ticket, durable());
    const made = await world.renders.get(world.caller.ownerId, ticket.renderId);
    expect(made?.error).toBeUndefined();
    expect(made).toMatchObject({ state: "finished", attempt: 1 });
  });

  it("gives a stopped run back when the database is there again", async () => {
    const controller = new AbortController();
    const stops: Wiring["render"] = (...args) => {
      controller.abort();
      return plainRender(...args);
    };
    const world = await openRenderWork({ wiring: { render: stops } });
    vi.spyOn(world.renders, "release").mockRejectedValueOnce(away());
    const ticket = { renderId: await create(world), run: 1 };
    await world.work(ticket, durable({ signal: controller.signal, isAbandoned: true }));
    expect(await world.renders.get(world.caller.ownerId, ticket.renderId)).toMatchObject({ attempt: 0 });
  });

  it("notes its end when it is there again, and is not made anew", async () => {
    const render = vi.fn(plainRender);
    const world = await openRenderWork({ wiring: { render } });
    vi.spyOn(world.renders, "end").mockRejectedValueOnce(away());
    expect(await world.make()).toMatchObject({ state: "finished", attempt: 1 });
    expect(render).toHaveBeenCalledTimes(1);
  });
});

describe("a runner that was taken for dead", () => {
  const endings: readonly [string, () => void][] = [
    ["finishes", () => undefined],
    [
      "fails",
      () => {
        throw new UnderstudyError("unreadable-media", "no");
      },
    ],
    [
      "finds the database away",
      () => {
        throw away();
      },
    ],
  ];

  it.each(endings)("leaves what another one made and noted as it is when it %s", async (_how, end) => {
    let lives = 0;
    let madeElsewhere: () => Promise<void> = async () => {};
    const render: Wiring["render"] = async (...args) => {
      if ((lives += 1) > 1) return plainRender(...args);
      await madeElsewhere();
      const manifest = await plainRender(...args);
      end();
      return manifest;
    };
    const world = await openRenderWork({ wiring: { render } });
    const ticket = { renderId: await create(world), run: 1 };
    madeElsewhere = () => world.work(ticket, durable({ runnerId: "another" }));
    await world.work(ticket, durable()).catch(() => undefined);
    const made = (await world.renders.get(world.caller.ownerId, ticket.renderId))!;
    expect(made).toMatchObject({ state: "finished", attempt: 2 });
    expect(await world.files(made.id)).toEqual(expect.arrayContaining(made.files!.map(({ key }) => key)));
    for (const { key, path } of made.files!)
      expect([path, await world.artifacts.byteLength(key)]).toEqual([path, expect.any(Number)]);
    expect(await world.data.renders.get(made.id)).toMatchObject({ state: "finished" });
  });

  it.each(["finished", "failed"])("has its half results removed when the render is %s elsewhere", async (state) => {
    const fails = async () => Promise.reject(new UnderstudyError("unreadable-media", "no"));
    const world = await openRenderWork(state === "failed" ? { wiring: { render: fails } } : {});
    const renderId = await create(world);
    await world.renders.begin(renderId, 1, "dead", 5);
    await keepText(world, renderKeys.output(renderId, "1.1/ad.mp4"), "half a video");
    await world.work({ renderId, run: 1 }, durable());
    const made = (await world.renders.get(world.caller.ownerId, renderId))!;
    expect(made.state).toBe(state);
    expect(await world.artifacts.list(renderKeys.outputs(renderId))).toEqual(
      (made.files ?? []).map(({ key }) => key).sort(),
    );
  });

  it("does not remove what a retry delivers that begins at once", async () => {
    const fails = async () => Promise.reject(new UnderstudyError("unreadable-media", "no"));
    const world = await openRenderWork({ wiring: { render: fails } });
    const renderId = await create(world);
    const [old, retried] = ["1.1/ad.mp4", "2.1/ad.mp4"].map((name) => renderKeys.output(renderId, name));
    await keepText(world, old!, "half a video");
    const end = world.renders.end.bind(world.renders);
    vi.spyOn(world.renders, "end").mockImplementationOnce(async (...args) => {
      const isNoted = await end(...args);
      await keepText(world, retried!, "a video");
      return isNoted;
    });
    await world.work({ renderId, run: 1 }, durable());
    expect(await world.artifacts.list(renderKeys.outputs(renderId))).toEqual([retried]);
  });

  it("leaves nothing when nobody could make the render", async () => {
    const world = await openRenderWork({ settings: { jobs: { maxAttempts: 1 } } });
    const renderId = await create(world);
    await world.renders.begin(renderId, 1, "dead", 1);
    await keepText(world, renderKeys.output(renderId, "1.1/ad.mp4"), "half a video");
    await world.work({ renderId, run: 1 }, durable());
    expect(await world.files(renderId)).toEqual([]);
  });
});

describe("a render that hangs in native code", () => {
  const hangs = () => new Promise<never>(() => undefined);

  it("ends at its deadline all the same", async () => {
    const { make } = await openRenderWork({ wiring: { render: hangs }, unwindMs: 100 });
    const order = { ...fromUploads, deadlineSeconds: 0.2 };
    expect(await make(order)).toMatchObject({ state: "failed", error: { code: "deadline-exceeded" } });
  });

  it("keeps its number when it goes on elsewhere, so that what it still writes counts nothing", async () => {
    const controller = new AbortController();
    const render = () => {
      controller.abort();
      return hangs();
    };
    const { make } = await openRenderWork({ wiring: { render }, unwindMs: 100 });
    const made = await make(fromUploads, { signal: controller.signal, isAbandoned: true });
    expect(made).toMatchObject({ state: "running", attempt: 1 });
  });

  it("makes room when it is cancelled", async () => {
    const controller = new AbortController();
    const render = () => {
      controller.abort();
      return hangs();
    };
    const { make } = await openRenderWork({ wiring: { render }, unwindMs: 100 });
    expect(await make(fromUploads, { signal: controller.signal })).toMatchObject({ state: "cancelled" });
  });
});

describe("a fork", () => {
  it("is drawn anew when a kept face goes away while it is fetched", async () => {
    const world = await openRenderWork();
    const first = await world.make();
    await keepText(world, renderKeys.face(first.id, "segment-0-10.faces"), "faces");
    const list = world.artifacts.list.bind(world.artifacts);
    Object.assign(world.artifacts, {
      list: async (prefix: string) => {
        const keys = await list(prefix);
        if (prefix === renderKeys.faces(first.id)) await world.artifacts.removeAll(prefix);
        return keys;
      },
    });
    const wish = { order: sampleOrder(fromUploads), priority: 0, forkedFrom: first.id };
    const { render } = await world.renders.create(wish, world.caller);
    await world.work({ renderId: render.id, run: 1 }, durable());
    expect(await world.renders.get(world.caller.ownerId, render.id)).toMatchObject({ state: "finished" });
  });

  it("asks the address again when a kept input goes away while it is fetched", async () => {
    const server = createServer(
      (_request, response) => void response.end(Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex")),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/photo`;
    const world = await openRenderWork();
    const order = { ...fromUploads, faces: [{ kind: "url", url }] } as const;
    const first = await world.make(order);
    const { byteLength } = world.artifacts;
    // Whoever looks first, and fetches then, comes too late.
    Object.assign(world.artifacts, {
      byteLength: async (key: string) => {
        const length = await byteLength(key);
        await world.artifacts.removeAll(renderKeys.inputs(first.id));
        return length;
      },
    });
    const wish = { order: sampleOrder(order), priority: 0, forkedFrom: first.id };
    const { render } = await world.renders.create(wish, world.caller);
    await world.work({ renderId: render.id, run: 1 }, durable());
    expect(await world.renders.get(world.caller.ownerId, render.id)).toMatchObject({ state: "finished" });
  });

  it("does not write into the kept faces of what it is a fork of", async () => {
    const name = "segment-0-10.faces";
    const draws: Wiring["render"] = async (...args) => {
      const { writeFolder } = args[3].keptFaces!;
      const path = join(writeFolder!, name);
      // As the engine does with a file that does not fit; for root the bits of the file say nothing.
      await chmod(path, 0o600).catch(() => undefined);
      await writeFile(path, `faces of ${args[0].renderId}`);
      return plainRender(...args);
    };
    const world = await openRenderWork({ wiring: { render: draws } });
    const first = await world.make();
    const wish = { order: sampleOrder(fromUploads), priority: 0, forkedFrom: first.id };
    const { render } = await world.renders.create(wish, world.caller);
    await world.work({ renderId: render.id, run: 1 }, durable());
    const path = join(world.folder, "first");
    for (const id of [first.id, render.id]) {
      await world.artifacts.fetch(renderKeys.face(id, name), path, {}, new AbortController().signal);
      expect(await readFile(path, "utf8")).toBe(`faces of ${id}`);
    }
  });
});
