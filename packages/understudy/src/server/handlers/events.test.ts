import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { RenderEvent } from "#renders/service-render.js";
import type { RenderList, RunToken } from "#renders/render-list.js";
import { sampleOrder, seedCaller } from "#renders/testing/sample-render.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { openRenderList } from "#renders/postgres-render-list.js";
import { listen } from "#server/listen.js";
import { createFakeRenderList, type FakeRenderList } from "#server/testing/fake-render-list.js";
import { alice, openRenderWorld, type RenderWorld } from "./testing/open-render-world.js";

/** A piece of a stream between two blank lines, as its lines. */
type Piece = readonly string[];

interface Reader {
  next(): Promise<Piece | "end">;
  /** Ids of the events until the stream ends, or so many. */
  ids(count?: number): Promise<readonly number[]>;
  cancel(): Promise<void>;
}

function readerOf(response: Response): Reader {
  const chunks = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<Piece | "end"> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const piece = text.slice(0, end).split("\n");
        text = text.slice(end + 2);
        return piece;
      }
      const { done, value } = await chunks.read();
      if (done) return "end";
      text += value;
    }
  };
  return {
    next,
    async ids(count = Number.POSITIVE_INFINITY) {
      const ids: number[] = [];
      while (ids.length < count) {
        const piece = await next();
        if (piece === "end") break;
        if (piece[0]?.startsWith("id: ") === true) ids.push(Number(piece[0].slice(4)));
      }
      return ids;
    },
    cancel: () => chunks.cancel(),
  };
}

interface Watched extends RenderWorld {
  readonly id: string;
  readonly list: FakeRenderList;
  readonly token: RunToken;
  watch(query?: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Makes something happen to the render. */
  happen(share: number): Promise<void>;
}

async function begin(renders: RenderList): Promise<{ readonly id: string; readonly token: RunToken }> {
  const { render } = await renders.create({ order: sampleOrder(), priority: 0 }, alice);
  const begun = await renders.begin(render.id, 1, "runner", 5);
  return { id: render.id, token: (begun as { readonly token: RunToken }).token };
}

/** A render in work: events 1 and 2 are there. */
async function openWatched(): Promise<Watched> {
  let seconds = 0;
  const list = createFakeRenderList({ now: () => new Date(Date.UTC(2027, 0, 1) + 1000 * seconds++) });
  const world = await openRenderWorld({ renders: list });
  const { id, token } = await begin(list);
  return {
    ...world,
    id,
    list,
    token,
    watch: (query = "", headers = {}) =>
      world.ask(alice, "GET", `/v1/renders/${id}/events${query}`, undefined, headers),
    happen: async (share) => void (await list.note(token, {}, { kind: "progress", data: { stage: "swap", share } })),
  };
}

const failed = { state: "failed", error: { code: "disk-full", message: "m", hint: "h", retryable: true } } as const;

describe("the stream of a render's events", () => {
  it("tells what happened, then what happens, and ends with the render", async () => {
    const { watch, happen, list, token } = await openWatched();
    const response = await watch();
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = readerOf(response);
    expect(await reader.next()).toEqual(["retry: 2000"]);
    expect(await reader.next()).toEqual(["id: 1", "event: queued", expect.stringMatching(/^data: \{"at":"2027-/)]);
    expect((await reader.next())[1]).toBe("event: started");
    const upcoming = reader.next();
    await happen(0.5);
    expect(await upcoming).toEqual([
      "id: 3",
      "event: progress",
      expect.stringMatching(/^data: \{"at":"2027-01-01T00:00:\d\d\.000Z","stage":"swap","share":0\.5\}$/),
    ]);
    await list.end(token, failed);
    expect((await reader.next())[1]).toBe("event: failed");
    expect(await reader.next()).toBe("end");
  });

  it("goes on behind the last event that the client has, whichever way it says so", async () => {
    const { watch, happen, list, token } = await openWatched();
    await happen(0.5);
    await list.end(token, failed);
    expect(await readerOf(await watch()).ids()).toEqual([1, 2, 3, 4]);
    expect(await readerOf(await watch("?after=2")).ids()).toEqual([3, 4]);
    expect(await readerOf(await watch("?after=1", { "Last-Event-ID": "3" })).ids()).toEqual([4]);
  });

  it("answers a client that has the end with 204, so that it does not come back", async () => {
    const { watch, list, token, id } = await openWatched();
    await list.end(token, failed);
    const answer = await watch("", { "Last-Event-ID": "3" });
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    expect((await watch("?after=99999")).status).toBe(204);
    await list.retry(alice.ownerId, id);
    const reader = readerOf(await watch("", { "Last-Event-ID": "3" }));
    expect(await reader.ids(1)).toEqual([4]);
    await reader.cancel();
  });

  it("tells a retry that began before an old end was read", async () => {
    const { watch, list, token, id } = await openWatched();
    await list.end(token, failed);
    await list.retry(alice.ownerId, id);
    await list.cancel(alice.ownerId, id);
    expect(await readerOf(await watch()).ids()).toEqual([1, 2, 3, 4, 5]);
  });

  it.each(["x", "-1", "1.5", "1e3", "9".repeat(16)])("refuses the Last-Event-ID %s", async (id) => {
    const { watch } = await openWatched();
    expect((await watch("", { "Last-Event-ID": id })).status).toBe(400);
  });

  it("takes a number from another life for the newest one, and misses nothing that comes", async () => {
    const { watch, happen } = await openWatched();
    const reader = readerOf(await watch("?after=500"));
    const ids = reader.ids(1);
    await happen(0.1);
    expect(await ids).toEqual([3]);
    await reader.cancel();
  });

  it.each([99, 100, 101, 250])("tells all of %i events in order, and ends", async (count) => {
    const { watch, happen, list, token } = await openWatched();
    for (let i = 3; i < count; i += 1) await happen(i / count);
    await list.end(token, failed);
    expect(await readerOf(await watch()).ids()).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  });

  it("loses and repeats nothing while events come as fast as they can be read", async () => {
    const { watch, happen, list, token } = await openWatched();
    const readers = await Promise.all([watch(), watch(), watch("?after=2")]);
    const ids = readers.map((response) => readerOf(response).ids());
    for (let i = 0; i < 300; i += 1) {
      await happen(i / 300);
      if (i % 7 === 0) await new Promise(setImmediate);
    }
    await list.end(token, failed);
    const all = Array.from({ length: 303 }, (_, i) => i + 1);
    expect(await Promise.all(ids)).toEqual([all, all, all.slice(2)]);
  });

  it("looks again when news may have been missed", async () => {
    const { watch, list, token } = await openWatched();
    const reader = readerOf(await watch("?after=2"));
    await reader.next();
    const upcoming = reader.next();
    await vi.waitFor(() => expect(list.readCount).toBe(1));
    await list.missing(() => list.note(token, {}, { kind: "progress", data: {} }));
    expect((await upcoming)[0]).toBe("id: 3");
    await reader.cancel();
  });

  it("outlives a database that is away for a while", async () => {
    const { watch, list, happen, clock } = await openWatched();
    const reader = readerOf(await watch("?after=2"));
    await reader.next();
    const upcoming = reader.next();
    await vi.waitFor(() => expect(list.readCount).toBe(1));
    const events = vi.spyOn(list, "events").mockRejectedValueOnce(new Error("away"));
    await happen(0.5);
    await vi.waitFor(() => expect(events).toHaveBeenCalled());
    events.mockRestore();
    await new Promise(setImmediate);
    clock.advance(15_000);
    const pieces = [await upcoming, await reader.next()];
    expect(pieces).toContainEqual(expect.arrayContaining(["id: 3"]));
    await reader.cancel();
  });

  it("ends when the render is erased", async () => {
    const { watch, list, id } = await openWatched();
    const reader = readerOf(await watch());
    expect(await reader.ids(2)).toEqual([1, 2]);
    await list.missing(async () => list.forget(id));
    expect(await reader.next()).toBe("end");
  });

  it("is kept alive by a comment every 15 seconds", async () => {
    const { watch, clock } = await openWatched();
    const reader = readerOf(await watch());
    await reader.ids(2);
    for (let i = 0; i < 3; i += 1) {
      const upcoming = reader.next();
      clock.advance(15_000);
      expect(await upcoming).toEqual([":"]);
    }
    await reader.cancel();
  });

  it("is ended when nobody read for a minute, and never holds more than one piece for them", async () => {
    const { watch, happen, list, clock } = await openWatched();
    const response = await watch();
    for (let i = 0; i < 50; i += 1) await happen(i / 50);
    expect(list.readCount).toBe(0);
    clock.advance(60_000);
    expect(list.listenerCount).toBe(1);
    clock.advance(15_000);
    expect(list.listenerCount).toBe(0);
    expect(await readerOf(response).ids()).toEqual([]);
  });

  it("ends within a minute after its key was revoked, rotated away or ran out", async () => {
    const { watch, keys, clock } = await openWatched();
    const key = keys.get(alice.keyId)!;
    const ends = [{ revokedAt: new Date(Date.UTC(2027, 0, 1)) }, { expiresAt: new Date(Date.UTC(2027, 0, 1)) }];
    for (const end of ends) {
      keys.set(alice.keyId, { ...key, revokedAt: new Date(Date.UTC(2028, 0, 1)) });
      const reader = readerOf(await watch());
      await reader.ids(2);
      const upcoming = reader.next();
      clock.advance(30_000);
      expect(await upcoming).toEqual([":"]);
      keys.set(alice.keyId, { ...key, ...end });
      clock.advance(30_000);
      await vi.waitFor(async () => expect(await reader.next()).toBe("end"));
    }
  });

  it("costs many clients one subscription, one ticker and one read for each event", async () => {
    const { watch, happen, list, token, clock } = await openWatched();
    const responses = await Promise.all(Array.from({ length: 300 }, () => watch("?after=2")));
    const ids = responses.map((response) => readerOf(response).ids());
    await vi.waitFor(() => expect(list.readCount).toBeGreaterThan(0));
    await new Promise(setImmediate);
    expect([list.listenerCount, clock.tickerCount]).toEqual([1, 1]);
    const before = list.readCount;
    await happen(0.5);
    await list.end(token, failed);
    expect(new Set((await Promise.all(ids)).map(String))).toEqual(new Set(["3,4"]));
    expect(list.readCount - before).toBeLessThanOrEqual(4);
    expect([list.listenerCount, clock.tickerCount]).toEqual([0, 0]);
  });
});

describe("the stream over HTTP", () => {
  const database = shareTestDatabase();

  async function serve() {
    await database().pool.query("delete from understudy.render");
    await seedCaller(database(), 1);
    const renders = await openRenderList({ database: database(), now: () => new Date(Date.UTC(2027, 0, 1)) });
    onTestFinished(() => renders.close());
    const world = await openRenderWorld({ renders });
    const server = await listen({ app: world.api, host: "127.0.0.1", port: 0 });
    onTestFinished(() => server.close(0));
    const { id, token } = await begin(renders);
    const open = (after = 0) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const url = `${server.url}/v1/renders/${id}/events?after=${after}`;
        const request = get(url, { agent: false }, resolve).on("error", reject);
        onTestFinished(() => void request.destroy());
      });
    return { ...world, server, token, id, open };
  }

  async function textOf(message: IncomingMessage): Promise<string> {
    let text = "";
    for await (const chunk of message) text += String(chunk);
    return text;
  }

  it("reaches a client as it happens, whichever process made it happen, and ends its answer", async () => {
    const { open, renders, token } = await serve();
    const message = await open();
    const text = textOf(message);
    await renders.note(token, {}, { kind: "progress", data: { share: 1 } });
    await renders.end(token, failed);
    expect((await text).match(/^id: \d+$/gm)).toEqual(["id: 1", "id: 2", "id: 3", "id: 4"]);
  });

  it("is forgotten when the client goes away", async () => {
    const { open, clock } = await serve();
    const message = await open();
    await vi.waitFor(() => expect(clock.tickerCount).toBe(1));
    message.destroy();
    await vi.waitFor(() => expect(clock.tickerCount).toBe(0));
  });

  it("is cut when the client does not read", async () => {
    const { open, clock, renders, token } = await serve();
    const message = await open();
    message.pause();
    // More than the sockets of both sides take.
    const data = { filler: "f".repeat(1_000_000) } as RenderEvent["data"];
    for (let i = 0; i < 12; i += 1) await renders.note(token, {}, { kind: "progress", data });
    await vi.waitFor(() => {
      clock.advance(15_000);
      expect(clock.tickerCount).toBe(0);
    });
    const closed = new Promise((resolve) => message.once("close", resolve));
    message.on("error", () => undefined).resume();
    await closed;
    expect(message.complete).toBe(false);
  });

  it("ends when the server closes", async () => {
    const { open, server } = await serve();
    const message = await open();
    let text = "";
    message.on("data", (chunk) => (text += String(chunk)));
    const ended = once(message, "end");
    await vi.waitFor(() => expect(text).toContain("id: 2"));
    await server.close(10_000);
    await ended;
    expect(message.complete).toBe(true);
  });
});
