import { describe, expect, it } from "vitest";
import type { z } from "@hono/zod-openapi";
import { scopes, type Caller } from "#access/caller.js";
import { describeRoutes, type RouteDescription } from "./describe-routes.js";
import type { ApiDocument } from "./openapi-document.js";
import { shareTestService, type TestCaller } from "./testing/open-test-service.js";
import { seedAll, seedCancelled, seedFinished, seedWhatIsNamed, type Seeds } from "./testing/seed-owner.js";

const shared = shareTestService();

const nameOf = ({ method, path }: Pick<RouteDescription, "method" | "path">) => `${method} ${path}`;

async function readRoutes(): Promise<readonly RouteDescription[]> {
  return describeRoutes((await (await shared().api.request("/openapi.json")).json()) as ApiDocument);
}

async function keyedRoutes(): Promise<readonly RouteDescription[]> {
  return (await readRoutes()).filter(({ scope }) => scope !== undefined);
}

function callerOf({ ownerId, keyId }: TestCaller): Caller {
  return { ownerId, keyId, scopes, requestsPerMinute: 1_000_000, rendersAtOnce: 1 };
}

/** What must have happened for a route to have something to answer with. */
const special: Readonly<Record<string, Seeds>> = {
  "POST /v1/renders/{id}/retry": { render: seedCancelled },
  "POST /v2/renders/retry/{id}": { render: seedCancelled },
  "GET /v1/renders/{id}/manifest": { render: seedFinished },
};

/** What is asked besides the example, so that nobody waits for a render that nobody makes. */
const queries: Readonly<Record<string, string>> = {
  "POST /v2/renders/runsync": "?wait=0",
  "GET /v2/renders/status-sync/{id}": "?wait=0",
  "POST /v2/renders/status-sync/{id}": "?wait=0",
};

/** Sends a route's own example, about things that an owner has. */
async function sendExample(route: RouteDescription, owner: TestCaller, sender = owner): Promise<Response> {
  const { method, examplePath, bodyType, bodyExample } = route;
  const whole = JSON.stringify({ path: examplePath, body: bodyExample });
  const { service } = shared();
  const text = await seedWhatIsNamed(whole, {
    service,
    caller: callerOf(owner),
    special: special[nameOf(route)] ?? {},
  });
  const { path, body } = JSON.parse(text) as { readonly path: string; readonly body?: unknown };
  return sender.ask(
    method,
    `${path}${queries[nameOf(route)] ?? ""}`,
    bodyType === "application/json" ? body : undefined,
  );
}

const newOwner = () => shared().newCaller({ scopes });

/** Says of each route what came of it, and expects the same of all; a failure names the routes. */
async function expectOfEach<T>(
  routes: readonly RouteDescription[],
  look: (route: RouteDescription) => Promise<T>,
  expected: T,
): Promise<void> {
  const seen: [string, T][] = [];
  for (const route of routes) seen.push([nameOf(route), await look(route)]);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen).toEqual(seen.map(([name]) => [name, expected]));
}

describe("every route that needs a key", () => {
  it("is below /v1/ or said to be another's, and every route below /v1/ needs one", async () => {
    const routes = await readRoutes();
    const open = routes.filter(({ scope, path }) => scope === undefined && path.startsWith("/v1/"));
    expect(open.map(nameOf)).toEqual([]);
    const elsewhere = routes.filter(({ scope, path }) => scope !== undefined && !path.startsWith("/v1/"));
    expect(elsewhere.map(nameOf).filter((name) => !name.includes(" /v2/renders/"))).toEqual(["GET /metrics"]);
  });

  it("answers 401 without a key", async () => {
    const { reopen } = shared();
    await expectOfEach(
      await keyedRoutes(),
      async ({ method, path }) => (await reopen({}).api.request(path, { method })).status,
      401,
    );
  });

  it("answers 403 to a key without scopes", async () => {
    const caller = await shared().newCaller({ scopes: [] });
    await expectOfEach(await keyedRoutes(), async (route) => (await sendExample(route, caller)).status, 403);
  });

  it("answers 403 to a key with every scope but its own", async () => {
    const { newCaller } = shared();
    const lookOf = async (route: RouteDescription) => {
      const caller = await newCaller({ scopes: scopes.filter((scope) => scope !== route.scope) });
      return (await sendExample(route, caller)).status;
    };
    await expectOfEach(await keyedRoutes(), lookOf, 403);
  });
});

describe("what somebody has", () => {
  it("is not there for anybody else: 404 by its id", async () => {
    const [alice, bob] = [await newOwner(), await newOwner()];
    const byId = (await keyedRoutes()).filter(({ path }) => path.includes("{"));
    await expectOfEach(byId, async (route) => (await sendExample(route, alice, bob)).status, 404);
  });

  it("is in nobody else's lists", async () => {
    const { service } = shared();
    const [alice, bob] = [await newOwner(), await newOwner()];
    const ids = Object.values(await seedAll(service, callerOf(alice)));
    const lists = (await keyedRoutes()).filter(({ method, path }) => method === "GET" && !path.includes("{"));
    const named = async (caller: TestCaller, { path }: RouteDescription) => {
      const text = await (await caller.ask("GET", path)).text();
      return ids.filter((id) => text.includes(id));
    };
    await expectOfEach(lists, (route) => named(bob, route), []);
    const seen = await Promise.all(lists.map((route) => named(alice, route)));
    expect(new Set(seen.flat()).size).toBe(ids.length);
  });
});

describe("examples", () => {
  it("of requests work: each is answered as its route describes", async () => {
    const undocumented = async (route: RouteDescription) => {
      const { status } = await sendExample(route, await newOwner());
      const isDocumented = route.answers.some((answer) => answer.status === String(status));
      return isDocumented ? "documented" : status;
    };
    await expectOfEach(await keyedRoutes(), undocumented, "documented");
  });

  it("of answers are what their schemas allow, and every JSON answer has one", async () => {
    const routes = new Map((await readRoutes()).map((route) => [nameOf(route), route]));
    const wrong: string[] = [];
    for (const definition of shared().api.openAPIRegistry.definitions) {
      if (definition.type !== "route") continue;
      const { method, path, responses } = definition.route;
      const route = routes.get(`${method.toUpperCase()} ${path}`);
      for (const [status, response] of Object.entries(responses)) {
        const media = "content" in response ? response.content?.["application/json"] : undefined;
        if (media === undefined || "$ref" in media) continue;
        const example = route?.answers.find((answer) => answer.status === status)?.example;
        const { error } = (media.schema as z.ZodType).safeParse(example);
        if (error !== undefined) wrong.push(`${method} ${path} ${status}: ${example && error.issues[0]?.message}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
