import { readPipCommand } from "#facts/image/pip-command.js";
import { readSystemCommand } from "#facts/image/system-command.js";
import type { ShellCommand } from "#facts/shell/script.js";

/** Whether a command installs Python distributions: pip, uv, conda, poetry, pipenv. */
export function installsPython(command: ShellCommand): boolean {
  return readPipCommand(command)?.action === "install";
}

/** What a command brings into the image: an install, a clone, a download or a build; undefined for any other. */
export function bringing(command: ShellCommand): string | undefined {
  const [, first, second] = command.words.map(({ text }) => text);
  if (installsPython(command) || readSystemCommand(command)?.action === "install") return "install";
  switch (command.name) {
    case "git":
      return command.words.some(({ text }) => text === "clone") || first === "lfs" ? "clone" : undefined;
    case "hf":
    case "huggingface-cli":
      return first === "download" ? "download" : undefined;
    case "curl":
    case "wget":
    case "aria2c":
    case "gdown":
      return command.words.some(({ text }) => /^https?:\/\/(?:localhost|127\.)/.test(text)) ? undefined : "download";
    case "npm":
    case "pnpm":
    case "yarn":
      return /^(?:ci|install|i|add|run|build)$/.test(first ?? "") && second !== "clean" ? "build" : undefined;
    case "make":
    case "cmake":
    case "ninja":
    case "cargo":
      return first === "clean" ? undefined : "build";
    default:
      return undefined;
  }
}
