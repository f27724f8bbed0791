import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { serve, type ServerType } from "@hono/node-server";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sharePeopleWorld } from "#people/testing/people-world.js";

const chromiumPath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

describe.skipIf(chromiumPath === undefined)("the page for the person in the photo, in Chromium on a phone", () => {
  const shared = sharePeopleWorld();
  let browser: Browser;
  let server: ServerType;
  let origin = "";

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath!, args: ["--no-sandbox"] });
    origin = await new Promise((resolve) => {
      server = serve({ fetch: shared().api.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) =>
        resolve(`http://127.0.0.1:${port}`),
      );
    });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function visit(isScripted: boolean) {
    const world = shared();
    const owner = await world.newOwner();
    const consent = await world.consent(owner, isScripted ? "jo" : "al");
    await world.render(owner, consent, { state: "finished" });
    await world.render(owner, consent, { state: "queued" });
    const whose = { ownerId: owner.ownerId, subjectId: consent.subject.id };
    const { token } = await world.service.personLinks.make(whose);
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, javaScriptEnabled: isScripted });
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => asked.push(new URL(request.url()).origin));
    await page.goto(`${origin}/me/${token}`);
    return { world, owner, page, token, complaints, asked };
  }

  test("opens without a complaint, fits the screen, and asks nobody else", async () => {
    const { page, complaints, asked } = await visit(true);
    // Text, because this package is compiled without the browser's types.
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
    expect(await page.evaluate<string>("getComputedStyle(document.querySelector('section')).borderRadius")).toBe(
      "14px",
    );
    for (const act of ["Take your consent back", "Erase everything", "Report a problem"]) {
      const box = await page.getByRole("link", { name: act }).boundingBox();
      expect(box?.height, act).toBeGreaterThanOrEqual(44);
    }
    expect(complaints.filter((text) => !text.includes("favicon"))).toEqual([]);
    expect(new Set(asked)).toEqual(new Set([origin]));
  });

  test("does everything by its forms alone, without JavaScript", async () => {
    const { world, owner, page, token } = await visit(false);
    await page.getByRole("link", { name: "Report a problem" }).click();
    await page.getByLabel("What is wrong?").fill("I look tired.");
    await page.getByLabel("How can you be reached?").fill("al@example.com");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { name: "Your report has arrived" }).waitFor();
    expect(await world.service.reports.list(owner.ownerId, { limit: 5 })).toHaveLength(1);
    await page.getByRole("link", { name: "Go back" }).click();
    await page.getByRole("link", { name: "Take your consent back" }).click();
    await page.getByLabel("Also remove the videos").check();
    await page.getByRole("button", { name: "Take it back" }).click();
    await page.getByRole("heading", { name: "You took it back" }).waitFor();
    await page.getByRole("link", { name: "Go back" }).click();
    await page.getByText("Taken back on").waitFor();
    expect(await page.getByRole("link", { name: "Watch" }).count()).toBe(0);
    await page.getByRole("link", { name: "Erase everything" }).click();
    await page.getByRole("button", { name: "Erase everything" }).click();
    await page.getByRole("heading", { name: "Everything is erased" }).waitFor();
    expect((await page.goto(`${origin}/me/${token}`))?.status()).toBe(404);
  });

  test("has a sister for everybody else, who reports a problem without an address of their own", async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(`${origin}/report`);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
    const folder = process.env["SCREENSHOTS"];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/report-phone.png`, fullPage: true });
    await page.getByLabel("Which video?").fill("https://videos.example/ad.mp4");
    await page.getByLabel("What is wrong?").fill("This is my face.");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { name: "Your report has arrived" }).waitFor();
    expect(complaints.filter((text) => !text.includes("favicon"))).toEqual([]);
  });
});
