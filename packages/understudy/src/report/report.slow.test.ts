import { existsSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeManifest, fakePlan } from "#testing/fake-wiring.js";
import { localWiring } from "#wire.js";

const chromiumPath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

describe.skipIf(chromiumPath === undefined)("a report in Chromium", () => {
  let folder = "";
  let browser: Browser;
  const reportPath = () => join(folder, "ad.report.html");

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "understudy-report-"));
    const video = join(folder, "ad.mp4");
    const { signal } = new AbortController();
    const spec = { widthPixels: 640, heightPixels: 360, framesPerSecond: 30, durationSeconds: 2, seed: 7 };
    await localWiring.drawClip(spec, video, { workers: 2, signal, onProgress: () => undefined });
    await localWiring.writeReport({
      manifest: fakeManifest({ plan: fakePlan([{ startSeconds: 0, endSeconds: 2 }]) }),
      sourcePath: video,
      videoPath: video,
      manifestPath: join(folder, "ad.manifest.json"),
      mediaIo: "auto",
      reportPath: reportPath(),
      signal,
      onProgress: () => undefined,
    });
    browser = await chromium.launch({ executablePath: chromiumPath!, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("opens without a complaint, asks for nothing else, and its sliders obey keyboard and mouse", async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => asked.push(request.url().slice(0, 5)));
    await page.goto(pathToFileURL(reportPath()).href);

    const slider = page.getByRole("slider").first();
    // Text, because this package is compiled without the browser's types.
    const share = () =>
      page.evaluate<string>('document.querySelector(".compare-pictures").style.getPropertyValue("--share")');
    await slider.focus();
    await page.keyboard.press("End");
    expect(await share()).toBe("100%");
    await page.keyboard.press("ArrowLeft");
    expect(await share()).toBe("99%");
    const box = (await slider.boundingBox())!;
    await page.mouse.click(box.x + box.width * 0.25, box.y + box.height / 2);
    expect(Number.parseInt(await share(), 10)).toBeCloseTo(25, -1);

    const widths = await page.evaluate("[...document.images].map((image) => image.complete && image.naturalWidth)");
    expect(widths).toEqual(Array.from({ length: 6 }, () => 640));
    expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
    expect(complaints).toEqual([]);
    expect(new Set(asked)).toEqual(new Set(["file:"]));
  });

  test("stays below 4 MB", async () => {
    expect((await stat(reportPath())).size).toBeLessThan(4_000_000);
  });
});
