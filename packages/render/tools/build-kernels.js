// Compiles `packages/render/kernels/` (AssemblyScript) to `packages/render/dist/kernels.wasm`. Run by `npm run build`; does
// nothing when the file is newer than every source.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../kernels/", import.meta.url));
const output = fileURLToPath(new URL("../dist/kernels.wasm", import.meta.url));

const timeOf = (path) =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

async function isCurrent() {
  const sources = (await readdir(folder)).map((file) => join(folder, file));
  const times = await Promise.all([...sources, fileURLToPath(import.meta.url)].map(timeOf));
  return (await timeOf(output)) > Math.max(...times);
}

if (!(await isCurrent())) {
  // Loaded only when it is needed: Binaryen takes 0.5 s to start.
  const { main } = await import("assemblyscript/asc");
  const { error, stderr } = await main([
    join(folder, "index.ts"),
    ...`--runtime stub --enable simd,threads --importMemory --sharedMemory --maximumMemory 32768 --noAssert -O3 --converge --outFile`.split(
      " ",
    ),
    output,
  ]);
  if (error) {
    process.stderr.write(`build-kernels: ${error.message}\n${stderr.toString()}`);
    process.exitCode = 1;
  }
}
