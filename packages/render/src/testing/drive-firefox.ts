import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A browser with one page open. */
export interface DrivenPage {
  /** The value of a JavaScript expression in the page; promises are waited for. @throws Error with the page's own message. */
  evaluate(expression: string): Promise<unknown>;
  /** Ends the browser and removes its profile. */
  close(): Promise<void>;
}

/**
 * No pages of its own, sound and pictures without a click, and no way out: every address that is not this machine's is asked of a
 * proxy that is not there.
 */
const preferences = {
  "browser.aboutwelcome.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.policy.dataSubmissionEnabled": false,
  "media.autoplay.blocking_policy": 0,
  "media.autoplay.default": 0,
  "network.proxy.http": "127.0.0.1",
  "network.proxy.http_port": 9,
  "network.proxy.no_proxies_on": "127.0.0.1",
  "network.proxy.ssl": "127.0.0.1",
  "network.proxy.ssl_port": 9,
  "network.proxy.type": 1,
};

/**
 * Starts a Firefox as distributions ship it, without any protocol for driving it: the page itself asks a server of this process what
 * to do, and says what came of it.
 * @param url page to open; it must run `pageScript(askUrl)` with the `ask` of its query.
 */
export async function openFirefox(path: string, url: string): Promise<DrivenPage> {
  const orders = createOrders();
  const server = createServer(orders.answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const profile = await mkdtemp(join(tmpdir(), "understudy-firefox-"));
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  await writeFile(join(profile, "user.js"), `${lines.join("\n")}\n`);
  const page = new URL(url);
  page.searchParams.set("ask", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const firefox = spawn(path, ["--headless", "--no-remote", "--profile", profile, page.href], {
    stdio: "ignore",
    env: { ...process.env, HOME: profile },
  });
  const ended = new Promise<void>((resolve) => firefox.once("exit", () => resolve()).once("error", () => resolve()));
  void ended.then(() => orders.fail(new Error("Firefox has ended")));
  return {
    evaluate: (expression) => orders.give(expression),
    async close() {
      firefox.kill();
      await ended;
      await closeServer(server);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What a page runs that is driven so: asks for an expression, says what it comes to, and asks again. */
export const pageScript = `
(async () => {
  const ask = new URLSearchParams(location.search).get("ask");
  for (let answer = {}; ask !== null;) {
    const response = await fetch(ask, { method: "POST", body: JSON.stringify(answer) });
    const expression = await response.text();
    try { answer = { value: (await (0, eval)(expression)) ?? null }; }
    catch (error) { answer = { error: String(error) }; }
  }
})();`;

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

interface Order {
  readonly expression: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One expression at a time; the page waits for the next with a request that is held. */
function createOrders() {
  let waiting: Order | undefined;
  let underWay: Order | undefined;
  let held: ServerResponse | undefined;
  let failure: Error | undefined;
  const pass = (): void => {
    if (waiting === undefined || held === undefined) return;
    underWay = waiting;
    waiting = undefined;
    held.end(underWay.expression);
    held = undefined;
  };
  const take = ({ value, error }: Answer): void => {
    const order = underWay;
    underWay = undefined;
    if (error === undefined) order?.resolve(value);
    else order?.reject(new Error(error));
  };
  return {
    answer(request: IncomingMessage, response: ServerResponse): void {
      let text = "";
      request.setEncoding("utf8").on("data", (part) => (text += part));
      request.on("end", () => {
        response.setHeader("access-control-allow-origin", "*");
        take(JSON.parse(text) as Answer);
        held = response;
        pass();
      });
    },
    give(expression: string): Promise<unknown> {
      return new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        waiting = { expression, resolve, reject };
        pass();
      });
    },
    fail(error: Error): void {
      failure = error;
      waiting?.reject(error);
      underWay?.reject(error);
    },
  };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
