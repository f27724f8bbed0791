/** What the file name of a wheel says (PyPA, "Binary distribution format"). */
export interface WheelTags {
  readonly fileName: string;
  /** `3.10` for `cp310`; undefined: any, or the stable ABI. */
  readonly python: string | undefined;
  /** `2.6` for `+cu12torch2.6`; undefined: not named. */
  readonly torch: string | undefined;
}

/** Reads the tags of a wheel's URL or path; undefined: no wheel. */
export function wheelTags(url: string): WheelTags | undefined {
  const address = url.replace(/[?#].*$/s, "").replaceAll(/%2b/gi, "+");
  const fileName = address.slice(address.lastIndexOf("/") + 1);
  const [, version = "", pythonTag = "", abi = ""] =
    /^[^-]+-([^-]+)(?:-\d[^-]*)?-([^-]+)-([^-]+)-[^-]+\.whl$/.exec(fileName) ?? [];
  if (version === "") return undefined;
  const [, major, minor] = (abi === "abi3" ? null : /^cp(\d)(\d+)$/.exec(pythonTag)) ?? [];
  return {
    fileName,
    python: major === undefined ? undefined : `${major}.${minor}`,
    torch: /(?:torch|pt)(\d+\.\d+)/.exec(version)?.[1],
  };
}
