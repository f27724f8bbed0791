import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A folder that goes away after the tests of the file that asked for it. */
export function useTempFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "understudy-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}
