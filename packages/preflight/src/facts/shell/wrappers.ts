/** A command line without the programs that only start another one. */
export interface Unwrapped<Word> {
  readonly wrappers: readonly string[];
  readonly words: readonly Word[];
  /** `NAME=value` words of `env` and `sudo`. */
  readonly assignments: readonly Word[];
}

interface Wrapper {
  /** Options that take the next word. */
  readonly valued: readonly string[];
  /** Words of its own before the program: `timeout 5`, `gosu user`. */
  readonly operands: number;
  /** Must follow at once: `conda run`. */
  readonly subcommand?: string;
}

const none: Wrapper = { valued: [], operands: 0 };

const wrapperByName: Readonly<Record<string, Wrapper>> = {
  sudo: { valued: ["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "--user", "--group", "--chdir"], operands: 0 },
  env: { valued: ["-u", "-C", "--unset", "--chdir"], operands: 0 },
  exec: { valued: ["-a"], operands: 0 },
  time: { valued: ["-f", "-o"], operands: 0 },
  nohup: none,
  command: none,
  builtin: none,
  setsid: none,
  "dumb-init": none,
  tini: { valued: ["-p", "-e"], operands: 0 },
  timeout: { valued: ["-s", "-k", "--signal", "--kill-after"], operands: 1 },
  nice: { valued: ["-n", "--adjustment"], operands: 0 },
  ionice: { valued: ["-c", "-n", "-p", "--class", "--classdata"], operands: 0 },
  stdbuf: { valued: ["-i", "-o", "-e"], operands: 0 },
  "xvfb-run": {
    valued: ["-n", "-s", "-e", "-f", "-p", "-w", "--server-num", "--server-args", "--error-file"],
    operands: 0,
  },
  gosu: { valued: [], operands: 1 },
  "su-exec": { valued: [], operands: 1 },
  conda: { valued: ["-n", "-p", "--name", "--prefix", "--cwd"], operands: 0, subcommand: "run" },
  mamba: { valued: ["-n", "-p", "--name", "--prefix", "--cwd"], operands: 0, subcommand: "run" },
  micromamba: { valued: ["-n", "-p", "--name", "--prefix", "--cwd"], operands: 0, subcommand: "run" },
};

/** Takes `sudo -E env X=1 timeout 5` from the front of a command line. */
export function removeWrappers<Word extends { readonly text: string }>(words: readonly Word[]): Unwrapped<Word> {
  const wrappers: string[] = [];
  const assignments: Word[] = [];
  let rest = words;
  while (true) {
    const name = baseName(rest[0]?.text ?? "");
    const wrapper = Object.hasOwn(wrapperByName, name) ? wrapperByName[name] : undefined;
    const start = wrapper && programStart(rest, wrapper);
    if (start === undefined || start >= rest.length) return { wrappers, words: rest, assignments };
    wrappers.push(name);
    assignments.push(...rest.slice(1, start).filter((word) => isAssignment(word.text)));
    rest = rest.slice(start);
  }
}

/** What stands behind the last `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Index of the wrapped program; undefined when the command is used for itself, as `command -v` and `conda install` are. */
function programStart(words: readonly { readonly text: string }[], wrapper: Wrapper): number | undefined {
  let at = 1;
  if (wrapper.subcommand !== undefined && words[at++]?.text !== wrapper.subcommand) return undefined;
  for (; at < words.length; at++) {
    const text = words[at]?.text ?? "";
    if (text === "--") {
      at++;
      break;
    }
    if (wrapper === none && /^-[vV]/.test(text)) return undefined;
    if (wrapper.valued.includes(text)) at++;
    else if (!text.startsWith("-") && !isAssignment(text)) break;
  }
  return at + wrapper.operands;
}

function isAssignment(text: string): boolean {
  return /^[A-Za-z_]\w*=/.test(text);
}
