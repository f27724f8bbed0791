import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import { readCommandLine } from "./command-line.js";
import type { SystemInstall } from "./image-facts.js";

/** What one command asks of the system's package manager. */
export interface SystemRequest {
  readonly tool: SystemInstall["tool"];
  readonly action: "install" | "remove";
  /** Names without version, architecture and release, with the word they came from. */
  readonly packages: readonly { readonly name: string; readonly word: ShellWord }[];
  /** Words that nobody can read before the build. */
  readonly unknown: readonly ShellWord[];
}

/** Takes an apt, apk or dnf command apart; undefined when it installs and removes nothing. */
export function readSystemCommand(command: ShellCommand): SystemRequest | undefined {
  const manager = managers.get(command.name);
  if (manager === undefined) return undefined;
  const { positionals } = readCommandLine(command.words.slice(1), manager.valued);
  const [verb, ...words] = positionals;
  const action = verb === undefined ? undefined : manager.verbs.get(verb.text);
  if (action === undefined) return undefined;
  const known = words.filter((word) => word.isKnown);
  return {
    tool: manager.tool,
    action,
    packages: known.flatMap((word) => {
      const name = packageName(word.text);
      return name === undefined ? [] : [{ name, word }];
    }),
    unknown: words.filter((word) => !word.isKnown),
  };
}

/** `libgl1=1.4:amd64` is `libgl1`; package files, patterns and `name-` (apt: remove) have no name. */
function packageName(text: string): string | undefined {
  return /^(?<name>@?[A-Za-z0-9][\w.+@-]*?)(?::[a-z0-9]+)?(?:[=<>~/].*)?$/.exec(
    /[*?[\]]|\.(deb|rpm|apk)$|^[./]|-$/.test(text) ? "" : text,
  )?.groups?.["name"];
}

interface Manager {
  readonly tool: SystemInstall["tool"];
  readonly verbs: ReadonlyMap<string, "install" | "remove">;
  /** Options that take a value. */
  readonly valued: ReadonlySet<string>;
}

const aptVerbs = new Map([
  ["install", "install"],
  ["reinstall", "install"],
  ["remove", "remove"],
  ["purge", "remove"],
] as const);
const apt: Manager = {
  tool: "apt",
  verbs: aptVerbs,
  valued: new Set(
    "-t --target-release --default-release -o --option -c --config-file -a --host-architecture".split(" "),
  ),
};
const apk: Manager = {
  tool: "apk",
  verbs: new Map([
    ["add", "install"],
    ["del", "remove"],
  ] as const),
  valued: new Set(
    "-t --virtual -X --repository -p --root --repositories-file --keys-dir --cache-dir --arch".split(" "),
  ),
};
const dnf: Manager = {
  tool: "dnf",
  verbs: new Map([
    ["install", "install"],
    ["reinstall", "install"],
    ["remove", "remove"],
    ["erase", "remove"],
  ] as const),
  valued: new Set(
    "-c --config -x --exclude --enablerepo --disablerepo --repo --releasever --installroot --setopt".split(" "),
  ),
};

const managers: ReadonlyMap<string, Manager> = new Map([
  ["apt-get", apt],
  ["apt", apt],
  ["aptitude", apt],
  ["apk", apk],
  ["dnf", dnf],
  ["yum", dnf],
  ["microdnf", dnf],
  ["tdnf", dnf],
  ["zypper", dnf],
]);
