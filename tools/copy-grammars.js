// Copies the two grammars that `packages/preflight` reads shell and Python with, from the npm packages that ship them into
// `packages/preflight/grammars/`. Run by `npm run build`: those packages carry 27 MB of native builds that nobody who
// installs preflight needs.
import { copyFile, mkdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const preflight = join(dirname(fileURLToPath(import.meta.url)), "..", "packages", "preflight");
const resolveFrom = createRequire(join(preflight, "package.json"));
const target = join(preflight, "grammars");
const grammars = ["tree-sitter-bash/tree-sitter-bash.wasm", "tree-sitter-python/tree-sitter-python.wasm"];

const byteLengthOf = (path) =>
  stat(path).then(
    (file) => file.size,
    () => -1,
  );

await mkdir(target, { recursive: true });
for (const grammar of grammars) {
  const source = resolveFrom.resolve(grammar);
  const copy = join(target, grammar.split("/")[1]);
  if ((await byteLengthOf(copy)) !== (await byteLengthOf(source))) await copyFile(source, copy);
  await copyFile(join(dirname(source), "LICENSE"), join(target, `${grammar.split("/")[0]}.LICENSE`));
}
