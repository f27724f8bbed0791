import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hashFile } from "./hash-file.js";
import { writeJpeg, writePng } from "./image-file.js";
import { useTempFolder } from "./testing/temp-folder.js";

const inFolder = useTempFolder();
const image = { widthPixels: 2, heightPixels: 2, rgb: new Uint8Array(12) };

describe("hashFile", () => {
  it("hashes a file of several blocks", async () => {
    const bytes = Buffer.alloc(2_500_000, "understudy");
    writeFileSync(inFolder("three-blocks"), bytes);
    expect(await hashFile(inFolder("three-blocks"), { maxBytes: bytes.length })).toEqual({
      sha256: createHash("sha256").update(bytes).digest("hex"),
      byteLength: bytes.length,
    });
  });

  it("refuses what is too large, missing or no regular file, and stops when it is told to", async () => {
    writeFileSync(inFolder("small"), "1234");
    execFileSync("mkfifo", [inFolder("pipe")]);
    await expect(hashFile(inFolder("small"), { maxBytes: 3 })).rejects.toMatchObject({ code: "input-too-large" });
    for (const path of [inFolder("nothing"), inFolder("pipe"), inFolder("."), "/dev/zero"]) {
      await expect(hashFile(path, { maxBytes: 1000 })).rejects.toMatchObject({ code: "file-missing" });
    }
    const settings = { maxBytes: 1000, signal: AbortSignal.abort() };
    await expect(hashFile(inFolder("small"), settings)).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("writePng and writeJpeg", () => {
  it("write pictures, and name a full disk and a missing folder", async () => {
    await writePng(image, inFolder("a.png"));
    await writeJpeg(image, inFolder("a.jpg"));
    expect(readFileSync(inFolder("a.png")).toString("latin1", 1, 4)).toBe("PNG");
    expect(readFileSync(inFolder("a.jpg"))[0]).toBe(0xff);
    for (const write of [writePng, writeJpeg]) {
      await expect(write(image, "/dev/full")).rejects.toMatchObject({ code: "disk-full" });
      await expect(write(image, inFolder("none/a"))).rejects.toMatchObject({ code: "output-write-failed" });
    }
  });
});
