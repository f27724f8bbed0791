import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { createFakeWorld } from "#testing/fake-world.js";

test.each([
  ["no worker at most", ["--max-workers", "0"], "--max-workers expects"],
  ["more workers at least than at most", ["--min-workers", "3", "--max-workers", "2"], "more than --max-workers"],
  ["a program without a name", ["--", ""], "no name"],
  ["a word that is no name", ["a/b"], "no name for an endpoint"],
  ["a port that is none", ["--port", "65536"], "--port expects"],
  ["a key that fits into no header", ["--key", "a b"], "do not fit"],
  ["an address of somebody else", ["--host", "192.0.2.1", "--port", "0"], "192.0.2.1 is no address of this machine"],
])("endpoint refuses %s", async (_what, words, sentence) => {
  const world = await createFakeWorld();
  expect(await world.run("endpoint", "--json", "--memory", ...words)).toBe(2);
  expect(world.lastJsonLine()).toMatchObject({ code: "bad-usage", message: expect.stringContaining(sentence) });
});

test("endpoint says that its port is taken, and nothing of it goes on", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  const world = await createFakeWorld();
  expect(await world.run("endpoint", "--json", "--memory", "--port", String(port))).toBe(1);
  expect(world.lastJsonLine()).toMatchObject({ code: "port-in-use" });
  // Test files share this process: timers of an earlier file may end meanwhile, and none may be added.
  await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(before));
});

test("endpoint prints one line of JSON and nothing else, answers with the key, and stops with status 0", async () => {
  const world = await createFakeWorld();
  const ended = world.run("endpoint", "mine", "--json", "--memory", "--port", "0", "--key", "k1");
  await vi.waitFor(() => expect(world.stdout()).not.toBe(""), { timeout: 10_000 });
  const environment = world.lastJsonLine() as Record<string, string>;
  const health = await fetch(`${environment["RUNPOD_ENDPOINT_BASE_URL"]}/mine/health`, {
    headers: { authorization: `Bearer ${environment["RUNPOD_API_KEY"]}` },
  });
  world.controller.abort();
  expect([await ended, health.status, world.jsonLines().length, world.stderr()]).toEqual([0, 200, 1, ""]);
});
