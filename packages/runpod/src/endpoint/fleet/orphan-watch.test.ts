import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

const module = new URL("./worker-process.js", import.meta.url.replace("/src/", "/dist/")).href;

/** A fleet's process with one worker, which says that it began and when it was told to end; compiled code. */
const fleet = `
const { startProcess } = await import(${JSON.stringify(module)});
const onTerm = 'process.on("SIGTERM", () => { console.error("told"); process.exit(); })';
const worker = onTerm + '; setInterval(() => {}, 1000); console.error("began")';
startProcess([process.execPath, "-e", worker], process.env);
setInterval(() => {}, 1000);
`;

test("workers are told to end when the process of their fleet is killed", async () => {
  const killed = spawn(process.execPath, ["--input-type=module", "-e", fleet], { stdio: ["ignore", "ignore", "pipe"] });
  let written = "";
  killed.stderr.setEncoding("utf8").on("data", (text: string) => (written += text));
  await once(killed.stderr, "data");
  killed.kill("SIGKILL");
  // The worker holds the pipe, too: it closes when both have ended.
  await once(killed.stderr, "close");
  expect(written).toBe("began\ntold\n");
});
