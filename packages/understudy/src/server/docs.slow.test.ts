import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listen, type Listening } from "./listen.js";
import { shareTestService } from "./testing/open-test-service.js";

const chromiumPath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

describe.skipIf(chromiumPath === undefined)("the documentation in Chromium", () => {
  const shared = shareTestService();
  let server: Listening;
  let browser: Browser;

  beforeAll(async () => {
    const { api } = shared();
    server = await listen({ app: api, host: "127.0.0.1", port: 0 });
    browser = await chromium.launch({ executablePath: chromiumPath!, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close(0);
  });

  it.each([
    ["phone", { width: 390, height: 844 }],
    ["desk", { width: 1280, height: 900 }],
  ])(
    "opens on a %s without a complaint and without scrolling sideways, and opens a route at a click",
    async (name, viewport) => {
      const page = await browser.newPage({ viewport });
      const complaints: string[] = [];
      const asked: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(`${server.url}/docs`);
      const summary = page.locator("summary", { hasText: "POST" }).first();
      await summary.click();
      expect(await page.locator("details[open] pre").first().isVisible()).toBe(true);
      const overhang = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(overhang).toBe(0);
      const folder = process.env["SCREENSHOTS"];
      if (folder !== undefined) await page.screenshot({ path: `${folder}/docs-${name}.png`, fullPage: true });
      expect(complaints).toEqual([]);
      expect(asked.filter((path) => path !== "/favicon.ico")).toEqual(["/docs"]);
      await page.close();
    },
  );
});
