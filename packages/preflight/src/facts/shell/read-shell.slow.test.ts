import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadShellGrammar } from "./grammar.js";
import { bashFateCases, fateCases } from "./testing/fates.js";
import { fateOf, read } from "./testing/read.js";

const isPresent = (shell: string): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0;

let folder: string;

beforeAll(async () => {
  await loadShellGrammar();
  folder = mkdtempSync(join(tmpdir(), "preflight-shell-"));
  const options = { mode: 0o755 };
  writeFileSync(
    join(folder, "work"),
    `#!/bin/sh\n[ -e "${folder}/done" ] || { : > "${folder}/done"; exit 1; }\n`,
    options,
  );
  writeFileSync(join(folder, "other"), "#!/bin/sh\nexit 0\n", options);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `work` is a program that fails the first time, as one download of several does; the script's status shows its fate. */
describe.each([
  ["sh", fateCases],
  ["dash", fateCases],
  ["bash", [...fateCases, ...bashFateCases]],
] as const)("%s agrees", (shell, cases) => {
  test.skipIf(!isPresent(shell)).each(cases)("about %j (%s)", (script) => {
    const fate = fateOf(read(script, { shell: [`/bin/${shell}`, "-c"] }));
    rmSync(join(folder, "done"), { force: true });
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    const { status } = spawnSync(shell, ["-c", script], { env, timeout: 5000 });
    const isDecided = fate !== "tested";
    expect(isDecided ? status !== 0 : fate).toBe(isDecided ? fate === "stops" : "tested");
  });
});
