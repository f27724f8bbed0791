import type { PythonRequirement } from "#facts/image/image-facts.js";
import { parseRequirement } from "./requirement.js";

/** A requirement that a file names. */
export type FileRequirement = Omit<PythonRequirement, "requirementsFile">;

/** What a pip requirements file asks for. */
export interface RequirementsFile {
  readonly requirements: readonly FileRequirement[];
  /** `-r` and `-c`: paths as written, relative to this file's folder. */
  readonly nested: readonly { readonly path: string; readonly isConstraint: boolean; readonly line: number }[];
  /** `--index-url`, `--extra-index-url`, `-f`. */
  readonly indexes: readonly string[];
  /** `-e DIR` and `DIR`, as written. */
  readonly projects: readonly { readonly path: string; readonly isEditable: boolean; readonly line: number }[];
  /** Options that stand alone, such as `--pre` and `--no-binary`. */
  readonly options: ReadonlySet<string>;
}

/** Reads pip's requirements file format (pip documentation, "Requirements File Format"). */
export function readRequirements(path: string, text: string): RequirementsFile {
  const requirements: FileRequirement[] = [];
  const nested: { path: string; isConstraint: boolean; line: number }[] = [];
  const indexes: string[] = [];
  const projects: { path: string; isEditable: boolean; line: number }[] = [];
  const options = new Set<string>();
  for (const { text: written, line } of logicalLines(text)) {
    const [, option, value = ""] = optionLine.exec(written) ?? [];
    if (option === undefined || isEditable(option)) {
      const target = option === undefined ? withoutOptions(written) : value;
      const requirement = parseRequirement(target);
      if (requirement !== undefined) requirements.push({ ...requirement, location: { path, line } });
      else if (localPath.test(target)) projects.push({ path: target, isEditable: option !== undefined, line });
    } else if (/^(?:-r|--requirement|-c|--constraint)$/.test(option)) {
      nested.push({ path: value, isConstraint: /c/.test(option), line });
    } else if (/^(?:-i|--index-url|--extra-index-url|-f|--find-links)$/.test(option)) indexes.push(value);
    else options.add(option);
  }
  return { requirements, nested, indexes, projects, options };
}

/** `-rbase.txt`, `-r base.txt` and `--requirement=base.txt` are the same. */
const optionLine = /^(-[a-zA-Z](?=[^-])|-[a-zA-Z]$|--[a-z-]+)(?:=|\s*)(.*)$/;

const localPath = /^(?:\.{0,2}\/|\.{1,2}(?:$|\[)|file:|[\w.-]+\/)/;

function isEditable(option: string): boolean {
  return option === "-e" || option === "--editable";
}

/** Options of one requirement: `--hash=sha256:…`, `--config-settings=…`. */
function withoutOptions(written: string): string {
  return written.replace(/\s--(?:hash|config-settings?|global-option|install-option)[=\s].*$/s, "").trim();
}

/** Lines without comments, joined where they end with `\`. */
function logicalLines(text: string): readonly { readonly text: string; readonly line: number }[] {
  const joined: { text: string; line: number }[] = [];
  let parts: string[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    const bare = line.replace(/(?:^|\s)#.*$/, "");
    const isContinued = bare.endsWith("\\");
    parts.push(isContinued ? bare.slice(0, -1) : bare);
    if (isContinued) return;
    const whole = parts.join(" ").trim();
    if (whole !== "") joined.push({ text: whole, line: i + 2 - parts.length });
    parts = [];
  });
  const rest = parts.join(" ").trim();
  return rest === "" ? joined : [...joined, { text: rest, line: text.split("\n").length + 1 - parts.length }];
}
