import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { verifyWebhook } from "@understudy/runpod";
import { guardedPost } from "@understudy/runpod/endpoint";
import { describe, expect, it, onTestFinished } from "vitest";
import { transaction } from "#postgres/database.js";
import { claimMessages } from "./claim-messages.js";
import { deliverMessage } from "./deliver-message.js";
import { attemptLimits } from "./deliver-webhooks.js";
import { openReceiver, type Arrival, type Receiver } from "./testing/receiver.js";
import { loopbackPolicy, shareWebhookWorld, type WebhookWorld } from "./testing/webhook-world.js";

const openWebhookWorld = shareWebhookWorld();

/** Everything of an owner goes to one receiver, which answers each status in turn and the last one for ever. */
async function openDelivery(...statuses: readonly number[]) {
  const world = await openWebhookWorld();
  const answers = [...statuses];
  const receiver = await openReceiver((response) => {
    const status = (answers.length > 1 ? answers.shift() : answers[0]) ?? 204;
    response.writeHead(status).end();
  });
  const { endpoint, secret } = await world.desk.createEndpoint("owner_a", { url: receiver.url, types: [] });
  const messages = () => world.desk.listMessages("owner_a", { limit: 100 });
  return { ...world, receiver, endpoint, secret, messages };
}

/** Starts a server that speaks whatever the test writes. */
async function openRawServer(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => socket.destroy());
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=s3cret`;
}

function isSigned({ body, headers }: Arrival, secret: string, now: Date): boolean {
  try {
    verifyWebhook(body, { secret, headers, now: () => now.getTime() });
    return true;
  } catch {
    return false;
  }
}

/** The secret of a receiver that takes over the new one when its turn comes. */
async function deliverWhileRotating(world: WebhookWorld, receiver: Receiver, endpointId: string, first: string) {
  let secret = first;
  const verified: number[] = [];
  for (let round = 0; round < 12; round++) {
    await world.tell();
    const rotated = round % 3 === 1 ? await world.desk.rotateSecret("owner_a", endpointId, 3_600) : undefined;
    await world.deliver();
    expect(isSigned(receiver.arrivals.at(-1)!, secret, world.now())).toBe(true);
    verified.push(receiver.arrivals.at(-1)!.headers["webhook-signature"]!.toString().split(" ").length);
    world.wait(600);
    secret = rotated ?? secret;
  }
  return verified;
}

describe("a delivery", () => {
  it("carries id, time and signature after Standard Webhooks, and is delivered by any 2xx", async () => {
    const { deliver, tell, receiver, secret, messages, now, wait } = await openDelivery(299);
    await tell({ data: { renderId: "render_1" } });
    wait(3);
    await deliver();
    const [message] = await messages();
    expect(message).toMatchObject({
      state: "delivered",
      attempts: [{ number: 1, status: 299, at: now(), milliseconds: expect.any(Number) as number }],
    });
    expect(message).not.toHaveProperty("nextAttemptAt");
    const [arrival] = receiver.arrivals;
    expect(arrival?.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "understudy",
      "webhook-id": message?.id,
      "webhook-timestamp": String(now().getTime() / 1_000),
    });
    expect(arrival?.body).toBe(message?.body);
    expect(isSigned(arrival!, secret, now())).toBe(true);
    expect(isSigned({ ...arrival!, body: `${arrival!.body} ` }, secret, now())).toBe(false);
  });

  it("that is answered 500 for a day comes again under its id, ten times, until the receiver is back", async () => {
    const { deliver, tell, receiver, messages, wait, now, secret } = await openDelivery(
      ...Array.from({ length: 9 }, () => 500),
      200,
    );
    const createdMs = now().getTime();
    await tell();
    const hours: number[] = [];
    for (;;) {
      await deliver();
      const [message] = await messages();
      if (message?.nextAttemptAt === undefined) break;
      wait((message.nextAttemptAt.getTime() - now().getTime()) / 1_000);
      hours.push((now().getTime() - createdMs) / 3_600_000);
    }
    expect(hours.map((hour) => Number(hour.toFixed(3)))).toEqual(
      [0.001, 0.01, 0.043, 0.21, 1.21, 4.21, 10.21, 16.21, 22.21, 24].slice(0, hours.length),
    );
    expect(new Set(receiver.arrivals.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(receiver.arrivals.map(({ body }) => body)).size).toBe(1);
    expect(isSigned(receiver.arrivals.at(-1)!, secret, now())).toBe(true);
    expect(await messages()).toMatchObject([{ state: "delivered", attempts: { length: 10 } }]);
  });

  it("fails for good after a day, its endpoint stays as it is, and a resend tries for another day under the same id", async () => {
    const { deliver, tell, receiver, messages, wait, desk, endpoint } = await openDelivery(500);
    await tell();
    await deliver();
    wait(86_400);
    await deliver();
    const [failed] = await messages();
    expect(failed).toMatchObject({ state: "failed", attempts: [{ status: 500 }, { status: 500 }] });
    expect(await desk.getEndpoint("owner_a", endpoint.id)).toEqual(endpoint);
    expect(await desk.resend("owner_a", failed!.id)).toMatchObject({ id: failed!.id, state: "waiting" });
    await deliver();
    wait(5);
    await deliver();
    expect(await messages()).toMatchObject([{ state: "waiting", attempts: { length: 4 } }]);
    expect(new Set(receiver.arrivals.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([failed!.id]));
  });

  it("waits as long as the `Retry-After` of a 429 or 503 asks for; other answers do not get to say", async () => {
    const { desk, tell, deliver, now } = await openWebhookWorld();
    const endpointIds: string[] = [];
    for (const status of [429, 503, 500, 404]) {
      const { url } = await openReceiver((response) => response.writeHead(status, { "retry-after": "90" }).end());
      endpointIds.push((await desk.createEndpoint("owner_a", { url, types: [] })).endpoint.id);
    }
    await tell();
    await deliver();
    const pauses = endpointIds.map(async (endpointId) => {
      const [message] = await desk.listMessages("owner_a", { endpointId, limit: 1 });
      return (message!.nextAttemptAt!.getTime() - now().getTime()) / 1_000;
    });
    expect(await Promise.all(pauses)).toEqual([90, 90, 5, 5]);
  });

  it("that is answered 410 disables its endpoint: what waits for it has failed, nothing new is written", async () => {
    const { deliver, tell, receiver, messages, desk, endpoint, now } = await openDelivery(500, 410);
    for (let index = 0; index < 4; index++) await tell();
    await deliver();
    expect((await messages()).map(({ state }) => state)).toEqual(["failed", "failed", "failed", "failed"]);
    const sent = receiver.arrivals.length;
    await tell();
    await deliver();
    expect(receiver.arrivals).toHaveLength(sent);
    expect(await messages()).toHaveLength(4);
    expect(await desk.getEndpoint("owner_a", endpoint.id)).toEqual({ ...endpoint, disabledAt: now() });
    await expect(desk.sendTest("owner_a", endpoint.id)).rejects.toMatchObject({ code: "webhook-refused" });
  });

  it("that this process died on is made again by another when its claim has run out", async () => {
    const { deliver, tell, receiver, wait, database, now, tools, messages } = await openDelivery(204);
    await tell();
    const [claim] = await claimMessages(database.pool, { now: now(), limit: 8, busy: [] });
    await deliver();
    expect(receiver.arrivals).toHaveLength(0);
    wait(30);
    const [again] = await claimMessages(database.pool, { now: now(), limit: 8, busy: [] });
    // The first one was only paused: it sends as well, and what it notes does not count.
    await deliverMessage(claim!, tools);
    expect(await messages()).toMatchObject([{ state: "waiting", attempts: [] }]);
    await deliverMessage(again!, tools);
    expect(await messages()).toMatchObject([{ state: "delivered", attempts: [{ number: 1, status: 204 }] }]);
    expect(receiver.arrivals).toHaveLength(2);
    expect(new Set(receiver.arrivals.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });
});

describe("a secret", () => {
  it("that is rotated in the middle of deliveries: every delivery verifies with the one its receiver has", async () => {
    const world = await openDelivery(204);
    const signatures = await deliverWhileRotating(world, world.receiver, world.endpoint.id, world.secret);
    expect(signatures).toEqual([1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3]);
  });

  it("signs what was written before it, and an attempt that comes after the grace is signed with the new one alone", async () => {
    const { deliver, tell, receiver, wait, desk, endpoint, secret, now } = await openDelivery(500);
    await tell();
    const next = await desk.rotateSecret("owner_a", endpoint.id, 60);
    await deliver();
    expect(isSigned(receiver.arrivals[0]!, secret, now())).toBe(true);
    expect(isSigned(receiver.arrivals[0]!, next!, now())).toBe(true);
    wait(60);
    await deliver();
    expect(isSigned(receiver.arrivals[1]!, next!, now())).toBe(true);
    expect(isSigned(receiver.arrivals[1]!, secret, now())).toBe(false);
    expect(await desk.secretOf("owner_a", endpoint.id)).toBe(next);
  });

  it("is not kept beyond its grace by another rotation, and five sign at most", async () => {
    const { deliver, tell, receiver, desk, endpoint, secret, now } = await openDelivery(204);
    const rotate = (graceSeconds: number) => desk.rotateSecret("owner_a", endpoint.id, graceSeconds);
    const second = await rotate(0);
    await tell();
    await deliver();
    expect(isSigned(receiver.arrivals[0]!, second!, now())).toBe(true);
    expect(isSigned(receiver.arrivals[0]!, secret, now())).toBe(false);
    for (let index = 0; index < 6; index++) await rotate(3_600);
    await tell();
    await deliver();
    expect(receiver.arrivals[1]?.headers["webhook-signature"]?.toString().split(" ")).toHaveLength(5);
  });
});

const say = (text: string) => (socket: Socket) => void socket.write(text.replaceAll("\n", "\r\n"));

/** Says something, then something else again and again. */
function sayOn(text: string, milliseconds: number, more: string) {
  return (socket: Socket): void => {
    say(text)(socket);
    const timer = setInterval(() => socket.write(more), milliseconds);
    socket.on("close", () => clearInterval(timer));
  };
}

/** What a receiver does once it was written to, and what becomes of the message and of the attempt. */
type Hostility = readonly [(socket: Socket) => void, "waiting" | "delivered", number | string];

const much = "x".repeat(16_384);

const endingReceivers: Readonly<Record<string, Hostility>> = {
  "drips its status": [sayOn("", 20, "H"), "waiting", "bad-answer"],
  "sends headers without end": [sayOn("HTTP/1.1 200 OK\nx: ", 1, much), "waiting", "bad-answer"],
  "never ends a refusal": [sayOn("HTTP/1.1 500 No\n\n", 1, much), "waiting", 500],
  "never ends a confirmation": [sayOn("HTTP/1.1 200 OK\n\n", 1, much), "delivered", 200],
  "announces a terabyte": [say("HTTP/1.1 500 No\ncontent-length: 1000000000000\n\n"), "waiting", 500],
  "hangs up": [(socket) => void socket.destroy(), "waiting", "interrupted"],
  "hangs up in its head": [(socket) => void socket.end("HTTP/1.1 20"), "waiting", "interrupted"],
  "is no web server": [say("220 smtp.example ESMTP\n"), "waiting", "bad-answer"],
  "redirects inside": [
    say("HTTP/1.1 307 Go\nlocation: http://169.254.169.254/\ncontent-length: 0\n\n"),
    "waiting",
    307,
  ],
  "wants another protocol": [say("HTTP/1.1 101 Up\nconnection: upgrade\nupgrade: x\n\n"), "waiting", "interrupted"],
};

const hangingReceivers: Readonly<Record<string, Hostility>> = {
  "says nothing": [() => undefined, "waiting", "too-slow"],
  "drips its headers": [sayOn("HTTP/1.1 200 OK\n", 20, "x: y\r\n"), "waiting", "too-slow"],
  "drips a confirmation": [sayOn("HTTP/1.1 200 OK\n\n", 20, "x"), "waiting", "too-slow"],
};

describe("a hostile receiver", () => {
  it.each([
    ["that would take for ever", hangingReceivers, 1_000],
    ["that breaks the protocol", endingReceivers, attemptLimits.totalMs],
  ])("%s costs one attempt and its time, and its URL is not logged", async (_kind, receivers, totalMs) => {
    const { desk, tell, database, tools, now, lines } = await openWebhookWorld();
    const whatOf = new Map<string, string>();
    for (const [what, [act]] of Object.entries(receivers)) {
      const url = await openRawServer((socket) => socket.once("data", () => act(socket)));
      whatOf.set((await desk.createEndpoint("owner_a", { url, types: [] })).endpoint.id, what);
    }
    await tell();
    const post = guardedPost(loopbackPolicy, { ...attemptLimits, totalMs });
    const claims = await claimMessages(database.pool, { now: now(), limit: 100, busy: [] });
    await Promise.all(claims.map((claim) => deliverMessage(claim, { ...tools, post })));
    const messages = await desk.listMessages("owner_a", { limit: 100 });
    const seen = messages.map(({ endpointId, state, attempts }) => [
      whatOf.get(endpointId)!,
      [state, ...attempts.map(({ status, error }) => status ?? error)],
    ]);
    expect(Object.fromEntries(seen)).toEqual(
      Object.fromEntries(Object.entries(receivers).map(([what, [, ...expected]]) => [what, expected])),
    );
    expect(JSON.stringify([messages, lines])).not.toContain("s3cret");
  });

  it("whose name leads to a private address later is not asked", async () => {
    const { desk, tell, database, tools, now } = await openWebhookWorld();
    const receiver = await openReceiver();
    await desk.createEndpoint("owner_a", { url: receiver.url.replace("127.0.0.1", "localhost"), types: [] });
    await tell();
    const [claim] = await claimMessages(database.pool, { now: now(), limit: 1, busy: [] });
    await deliverMessage(claim!, { ...tools, post: guardedPost(parseAddressPolicy([])) });
    expect(receiver.arrivals).toHaveLength(0);
    const [message] = await desk.listMessages("owner_a", { limit: 1 });
    expect(message).toMatchObject({ state: "waiting", attempts: [{ error: "address-refused" }] });
  });
});

it("messages that are due are claimed by one process only, and two of an endpoint at a time", async () => {
  const { database, desk, tell, now } = await openWebhookWorld();
  for (let index = 0; index < 3; index++)
    await desk.createEndpoint("owner_a", { url: "http://127.0.0.1:8009/", types: [] });
  for (let index = 0; index < 4; index++) await tell();
  const claim = (busy: readonly string[] = []) => claimMessages(database.pool, { now: now(), limit: 8, busy });
  const endpointsOf = (claims: readonly { readonly endpointId: string }[]) =>
    claims.map(({ endpointId }) => endpointId);
  const perEndpoint = (ids: readonly string[]) =>
    [...new Set(ids)].map((id) => ids.filter((other) => other === id).length).sort();

  // Whoever holds a row at this moment is passed over, not waited for.
  await transaction(database.pool, async (sql) => {
    await sql.query("select from understudy.webhook_message for update");
    expect(await claim()).toEqual([]);
  });
  const [one, other] = await Promise.all([claim(), claim()]);
  const ids = [...one, ...other].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Math.max(...perEndpoint(endpointsOf(one)), ...perEndpoint(endpointsOf(other)))).toBe(2);
  const busy = endpointsOf(one);
  const more = await claim(busy);
  expect(Math.max(...perEndpoint([...busy, ...endpointsOf(more)]))).toBe(2);
});
