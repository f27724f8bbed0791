import type { ShellCommand } from "#facts/shell/script.js";
import { type MappedText, mappedFile, mappedPieces } from "#model/mapped-text.js";
import type { Location } from "#model/location.js";
import type { DocumentFacts, ProjectFile } from "./project-facts.js";
import type { ProjectShell } from "./project-shell.js";
import { isShellFence, isShellScript } from "./shell-files.js";

/** A request with a body that a curl command of a script or document sends. */
export interface HttpRequest {
  /** Variables without a value stay as written. */
  readonly url: string;
  readonly body: string;
  /** The line on which the body begins. */
  readonly location: Location;
  readonly source: "script" | "docs";
}

/** Every curl command with a body in the project's scripts and documents. */
export function readHttpRequests(
  files: ReadonlyMap<string, ProjectFile>,
  documents: readonly DocumentFacts[],
  shellOf: ProjectShell,
): readonly HttpRequest[] {
  const scripts = [...files.values()]
    .filter((file) => isShellScript(file))
    .flatMap((file) => requestsIn(mappedFile(file.path, file.text ?? ""), "script", shellOf));
  const samples = documents.flatMap(({ path, fences }) =>
    fences
      .filter(isShellFence)
      .flatMap(({ text, line }) => requestsIn(mappedPieces(path, [{ text, startLine: line }]), "docs", shellOf)),
  );
  return [...scripts, ...samples];
}

function requestsIn(text: MappedText, source: HttpRequest["source"], shellOf: ProjectShell): readonly HttpRequest[] {
  if (!/\bcurl\b/.test(text.text)) return [];
  return shellOf(text).commands.flatMap((command) => requestOf(command, source) ?? []);
}

const bodyOption = /^(?:--data(?:-raw|-binary|-ascii|-urlencode)?|--json)(?:=|$)|^-d/;

/** The last word that is an address: a host, a path of the API, or a variable that is named like one. */
const address = /^https?:\/\/|^\$\{?\w*(?:URL|ENDPOINT|API)\w*\}?/i;

function requestOf(command: ShellCommand, source: HttpRequest["source"]): HttpRequest | undefined {
  const start = command.words.findIndex(({ text }) => /(?:^|\/)curl$/.test(text));
  if (start === -1 || command.name === "echo") return undefined;
  const words = command.words.slice(start + 1);
  const at = words.findIndex(({ text }) => bodyOption.test(text));
  const option = words[at];
  if (option === undefined) return undefined;
  const inline = option.text.replace(bodyOption, "");
  const word = inline === "" ? words[at + 1] : { ...option, text: inline };
  if (word === undefined) return undefined;
  const body = word.text === "@-" ? command.input?.text : word.text;
  if (body === undefined || body.startsWith("@")) return undefined;
  const line = word.text === "@-" ? (command.input?.lineAt(0) ?? word.line) : word.line;
  const url = words.find((other) => other !== word && address.test(other.text))?.text ?? "";
  return { url, body, location: { path: command.location.path, line }, source };
}
