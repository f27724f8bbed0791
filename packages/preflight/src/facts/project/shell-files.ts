import type { DocumentFacts, ProjectFile } from "./project-facts.js";

/** True for a file that a POSIX shell or bash runs, by its name or its first line. */
export function isShellScript(file: ProjectFile): boolean {
  if (file.text === undefined) return false;
  return /\.(?:sh|bash)$/i.test(file.path) || /^#!.{0,80}\b(?:ba|da|z|k)?sh\b/.test(file.text);
}

/** True for a code sample that is, or may be, a shell session. */
export function isShellFence(fence: DocumentFacts["fences"][number]): boolean {
  return shellLanguages.has(fence.language);
}

const shellLanguages: ReadonlySet<string> = new Set([
  "",
  "sh",
  "bash",
  "shell",
  "zsh",
  "console",
  "shell-session",
  "text",
]);
