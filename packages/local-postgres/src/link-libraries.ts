import { mkdir, readFile, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { errorCodeOf } from "./error.js";

/** An entry of `native/pg-symlinks.json`; paths from the package's root. */
interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the links that the package's install script would make (`libpq.so.5` to `libpq.so.5.18`), in `folder`. Install
 * scripts are blocked in many places, and node_modules may belong to somebody else.
 * @param libraries where the links lead; `""` for files beside them.
 */
export async function linkLibraries(native: string, libraries: string, folder: string): Promise<void> {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const { source, target } of JSON.parse(text) as readonly LibraryLink[]) {
    await symlink(join(libraries, basename(source)), join(folder, basename(target))).catch((error: unknown) => {
      if (errorCodeOf(error) !== "EEXIST") throw error;
    });
  }
}
