import { mappedFile } from "#model/mapped-text.js";
import { readShell } from "#facts/shell/read-shell.js";
import type { ShellScope, ShellScript } from "#facts/shell/script.js";

/** Reads a script as `sh -c` in `/app`, with `files` as the scripts of the image. */
export function read(
  text: string,
  scope: Partial<ShellScope> & { readonly files?: Readonly<Record<string, string>> } = {},
): ShellScript {
  const files = scope.files ?? {};
  return readShell(mappedFile("Dockerfile", text), {
    environment: new Map(),
    workdir: "/app",
    shell: ["/bin/sh", "-c"],
    via: [],
    lookUpScript: (path) => {
      const file = files[path];
      return file === undefined ? undefined : mappedFile(path.slice(1), file);
    },
    ...scope,
  });
}

/** The fate of the first command of that name: `stops`, `tested`, or `swallowed` and by what. */
export function fateOf(script: ShellScript, name = "work"): string {
  const fate = script.commands.find((command) => command.name === name)?.fate;
  if (fate === undefined) return "absent";
  return fate.kind === "swallowed" ? `swallowed by ${fate.by}` : fate.kind;
}
