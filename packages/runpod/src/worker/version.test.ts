import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { packageVersion } from "./version.js";

test("is that of the package", async () => {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  expect(packageVersion).toBe((JSON.parse(text) as { version: string }).version);
});
