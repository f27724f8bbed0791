// Runs the quick tests on Node 24, whose binary comes from npm (the `node` package itself needs an install script).
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const version = "24.21.0";
const root = fileURLToPath(new URL("..", import.meta.url));
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: "inherit" }).status ?? 1;

const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const folder = join(root, ".cache", "node24");
const binary = join(
  folder,
  "node_modules",
  `node-${platform}`,
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);
if (!existsSync(binary)) {
  const status = run("npm", ["install", "--prefix", folder, "--no-save", `node-${platform}@${version}`]);
  if (status !== 0) process.exit(status);
}
run(binary, ["--version"]);
process.exit(run(binary, [join(root, "node_modules/vitest/vitest.mjs"), "run", "--project", "fast*"]));
