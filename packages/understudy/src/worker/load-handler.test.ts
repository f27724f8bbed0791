import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { loadHandler } from "./load-handler.js";

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "load-handler-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

test.each([
  ["export default (job) => job.input", "by default"],
  ["export const handler = (job) => job.input", "named handler"],
  ["export default { handler: (job) => job.input }", "with what serve() takes"],
])("loads %j: a handler %s", async (text) => {
  const { handler } = await loadHandler(join(await folderWith({ "h.mjs": text }), "h.mjs"));
  expect((handler as (job: unknown) => unknown)({ input: 4 })).toBe(4);
});

test.each([
  ["h.mjs", "export const other = 1", { code: "bad-handler", message: expect.stringContaining("exports no function") }],
  ["h.mjs", "throw new Error('boom')", { code: "bad-handler", message: expect.stringContaining("boom") }],
  ["h.mjs", "throw null", { code: "bad-handler", hint: expect.stringContaining("UNDERSTUDY_DEBUG=1") }],
  ["h.py", "", { code: "bad-handler", message: expect.stringContaining('".py"') }],
  ["h.mjs/file", "", { code: "bad-usage" }],
  ["other.mjs", "", { code: "file-missing" }],
])("refuses %s with %j", async (name, text, failure) => {
  const folder = await folderWith({ [name]: text });
  await expect(loadHandler(join(folder, name === "h.py" ? name : "h.mjs"))).rejects.toMatchObject(failure);
});

/** Stands for tsx: its main module, loaded, makes Node read TypeScript. */
const tsx = {
  "node_modules/tsx/package.json": '{"type":"module","exports":{".":"./loader.mjs"}}',
  "node_modules/tsx/loader.mjs": 'import { register } from "node:module"; register("./hooks.mjs", import.meta.url);',
  "node_modules/tsx/hooks.mjs": `
export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  return { format: "module", shortCircuit: true, source: 'export default () => "typed"' };
}`,
};

test("a TypeScript handler is read by Node itself, or by a tsx beside it", async () => {
  const folder = await folderWith({ ...tsx, "h.ts": 'export default (): string => "typed";' });
  const module = new URL("../../dist/worker/load-handler.js", import.meta.url).href;
  // A process of its own: what reads TypeScript stays loaded.
  const code = `const { loadHandler } = await import(process.argv[1]);
    process.stdout.write((await loadHandler(process.argv[2])).handler());`;
  const words = ["--input-type=module", "-e", code, module, join(folder, "h.ts")];
  expect((await promisify(execFile)(process.execPath, words)).stdout).toBe("typed");
});
