#!/usr/bin/env node
// Committed so that npm can link the command before dist/ exists (npm does not repair a missing bin later).
import { existsSync } from "node:fs";
const main = new URL("../dist/cli/main.js", import.meta.url);
if (!existsSync(main)) {
  process.stderr.write("preflight is not built yet. Run: npm run build\n");
  process.exit(1);
}
await import(main.href);
