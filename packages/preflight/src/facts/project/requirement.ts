import { isForWorkers } from "./marker.js";

/** One requirement as pip reads it, wherever it is written. */
export interface Requirement {
  /** Normalised (PEP 503); for a bare URL, the name that its `#egg=` or file name gives, else "". */
  readonly name: string;
  readonly specifier: string;
  readonly extras: readonly string[];
  readonly url: string | undefined;
  readonly written: string;
}

/**
 * Reads a requirement (PEP 508), or one of pip's own forms: a URL, `git+https://…#egg=name`.
 * @returns undefined for a path, for what is no requirement, and for one whose marker never holds in a Linux container.
 */
export function parseRequirement(written: string): Requirement | undefined {
  const text = written.trim();
  if (text.length > maxLength) return undefined;
  if (urlStart.test(text)) return bareUrl(text);
  const [, name, extras = "", rest = ""] = named.exec(text) ?? [];
  if (name === undefined) return undefined;
  const [direct, afterDirect] = split(rest.trim(), /^@\s*(\S+)\s*/);
  const [body = "", ...marker] = (direct === undefined ? rest : afterDirect).split(";");
  if (!isForWorkers(marker.join(";"))) return undefined;
  const specifier = body.trim().replace(/^\((.*)\)$/, "$1");
  if (direct === undefined && specifier !== "" && !specifiers.test(specifier)) return undefined;
  return {
    name: normaliseName(name),
    specifier: direct === undefined ? specifier : "",
    extras: extras
      .split(",")
      .map((extra) => extra.trim())
      .filter((extra) => extra !== ""),
    url: direct,
    written: text,
  };
}

/** PEP 503: lower case, runs of `-`, `_` and `.` are one `-`. */
export function normaliseName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

const maxLength = 2000;

const urlStart = /^(?:(?:git|hg|svn|bzr)\+)?(?:https?|ssh|git|file|ftp):\/\//i;

const named = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?(?=$|[\s<>=!~;@(,])(.*)$/s;

const specifiers = /^(?:(?:===?|~=|!=|<=?|>=?)\s*[^\s,;<>=!~][^\s,;]*\s*(?:,\s*|$))+$/;

/** Name, version and the rest of a wheel or source archive's file name. */
const archiveName = /\/([A-Za-z0-9][\w.]*?)-(\d[^-/]*)(?:-[^/]*)?\.(?:whl|zip|tar\.gz|tar\.bz2|tgz)$/i;

function bareUrl(text: string): Requirement | undefined {
  const [url = "", marker = ""] = text.split(/\s+;|;\s+/, 2);
  if (!isForWorkers(marker)) return undefined;
  const [address = "", fragment = ""] = url.trim().split("#", 2);
  const egg = /(?:^|&)egg=([\w.-]+)(?:\[([^\]]*)\])?/.exec(fragment);
  const path = decodeSafely(address.split("?", 1)[0] ?? "");
  const name = egg?.[1] ?? archiveName.exec(path)?.[1] ?? "";
  return {
    name: normaliseName(name),
    specifier: "",
    extras: egg?.[2]?.split(",").map((extra) => extra.trim()) ?? [],
    url: url.trim(),
    written: text,
  };
}

function split(text: string, start: RegExp): readonly [string | undefined, string] {
  const found = start.exec(text);
  return [found?.[1], found === null ? text : text.slice(found[0].length)];
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
