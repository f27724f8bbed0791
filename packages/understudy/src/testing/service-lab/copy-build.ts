import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../../../", import.meta.url));
const own = join("packages", "understudy");

/** Copies this package as it is built, under another version. @returns the path of its command. */
export async function copyBuild(folder: string, version: string): Promise<string> {
  const copy = join(folder, own);
  await mkdir(copy, { recursive: true });
  for (const name of ["bin", "dist", "migrations"]) {
    await cp(join(repository, own, name), join(copy, name), { recursive: true });
  }
  for (const modules of ["node_modules", join(own, "node_modules")]) {
    await symlink(join(repository, modules), join(folder, modules));
  }
  const described = JSON.parse(await readFile(join(repository, own, "package.json"), "utf8")) as object;
  await writeFile(join(copy, "package.json"), JSON.stringify({ ...described, version }));
  return join(copy, "bin", "understudy.js");
}
