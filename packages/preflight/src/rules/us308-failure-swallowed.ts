import type { ImageFacts, RunFacts } from "#facts/image/image-facts.js";
import { readPipCommand } from "#facts/image/pip-command.js";
import type { FailureFate, ShellCommand } from "#facts/shell/script.js";
import { modulesOfDistribution } from "#knowledge/index.js";
import type { Fix, Report } from "#model/finding.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";
import { codeInRuns } from "./shared/code-in-runs.js";
import { lineAt } from "./shared/edit-word.js";
import { bringing, installsPython } from "./shared/install-command.js";
import { neededStages } from "./shared/needed-stages.js";
import { reachedImports } from "./shared/reached-imports.js";

/** An install, clone, download or build whose failure the script hides: the image is built without it. */
export const failureSwallowed: ImageRule = {
  scope: "image",
  meta: {
    id: "US308",
    name: "failure-swallowed",
    level: "warning",
    phase: "build",
    summary: "The failure of an install, a clone, a download or a build is hidden from the build.",
    seeds: ["S38", "S42"],
    fix: "auto",
  },
  *check(image) {
    for (const lost of lostCommands(image)) yield swallowed(lost, image);
  },
  lookedAt: (image) => {
    const count = image.buildCommands.filter(({ command }) => bringing(command) !== undefined).length;
    return count === 0 ? "" : `${count} installs, clones, downloads and builds`;
  },
};

/** Commands that one `|| true`, loop or `exit 0` hides. */
interface Lost {
  readonly by: string;
  readonly at: Location;
  readonly commands: readonly ShellCommand[];
  /** Other commands are hidden by it too: without it, a test or a clean-up that fails would stop the build. */
  readonly hidesMore: boolean;
  readonly run: RunFacts;
}

function lostCommands(image: ImageFacts): readonly Lost[] {
  const stages = neededStages(image);
  return image.runs
    .filter(({ stage }) => stages.has(stage))
    .flatMap((run) => {
      const byCatcher = new Map<string, ShellCommand[]>();
      for (const command of run.script.commands) {
        const { fate, location } = command;
        if (fate.kind !== "swallowed" || !isDeliberate(fate)) continue;
        const key = `${location.path} ${fate.line} ${fate.by}`;
        byCatcher.set(key, [...(byCatcher.get(key) ?? []), command]);
      }
      return [...byCatcher.values()].flatMap((hidden) => {
        const commands = hidden.filter((each) => bringing(each) !== undefined && !isRetried(each, run));
        const [first] = commands;
        if (first === undefined || first.fate.kind !== "swallowed") return [];
        return [
          {
            by: first.fate.by,
            at: { path: first.location.path, line: first.fate.line },
            commands,
            hidesMore: hidden.some(
              (each) => each.name !== "cd" && !/^(?:install|clone|download)$/.test(bringing(each) ?? ""),
            ),
            run,
          },
        ];
      });
    });
}

/** What a person wrote to get over a failure. A pipe without pipefail is a matter of style checkers. */
function isDeliberate({ by }: FailureFate & { kind: "swallowed" }): boolean {
  return by.startsWith("||") || by === "loop" || /\b(?:exit 0|true|:)$/.test(by) || by.startsWith("if ");
}

/** A loop whose turns try the same thing again, and `x || x` further on, get over failures on purpose. */
function isRetried(command: ShellCommand, { script }: RunFacts): boolean {
  const words = (each: ShellCommand) => [each.workdir, ...each.words.map(({ text }) => text)].join(" ");
  const again = script.commands.filter((each) => words(each) === words(command));
  return (
    again.length > 1 || (command.isInLoop && script.commands.some(({ name }) => name === "break" || name === "sleep"))
  );
}

function swallowed(lost: Lost, image: ImageFacts): Report {
  const { by, at, commands, run } = lost;
  const first = commands[0]!;
  const what = `\`${inWords(first)}\`${commands.length > 1 ? ` and ${commands.length - 1} more` : ""}`;
  const needed = neededModule(lost, image);
  const fix =
    by.startsWith("||") && run.script.commands.every(({ via }) => via.length === 0)
      ? withoutTail(lost, image)
      : undefined;
  const catcher = by === "loop" ? "the loop goes on" : `\`${by}\` hides it`;
  return {
    message:
      needed === undefined
        ? `When ${what} fails, the build goes on without it: ${catcher}.`
        : `When ${what} fails, the build goes on and the worker dies at start: ${catcher}, and ${needed.name} is imported.`,
    remedy:
      by === "loop"
        ? "Begin the loop with `set -e`, or end the command with `|| exit 1`."
        : "Let the build stop when it fails.",
    at,
    level: needed === undefined ? "warning" : "error",
    confidence: needed === undefined ? "certain" : "likely",
    evidence: [
      ...commands.map((each) => ({ statement: `\`${inWords(each)}\` runs here.`, location: each.location })),
      ...(needed === undefined ? [] : [{ statement: `${needed.name} is imported here.`, location: needed.at }]),
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Never more than the verb and the first requirement's name: arguments may hold secrets. */
function inWords(command: ShellCommand): string {
  const verbs = command.words
    .slice(1, 8)
    .filter(({ text }) => /^(?:install|clone|download|run|build|ci|add)$/.test(text));
  const requirement = readPipCommand(command)?.requirements[0]?.text ?? "";
  const name = /^[A-Za-z][\w.-]*(?=$|[[<>=!~;])/.exec(requirement)?.[0];
  return [command.name, ...verbs.slice(0, 2).map(({ text }) => text), ...(name === undefined ? [] : [name])].join(" ");
}

/** A module that code needs at start and that nothing but the hidden installs brings, unless a later step asks for it. */
function neededModule(
  { commands, run }: Lost,
  image: ImageFacts,
): { readonly name: string; readonly at: Location } | undefined {
  if (!run.isInFinalImage || !commands.some(installsPython)) return undefined;
  const places = new Set(commands.map(({ location }) => `${location.path} ${location.line}`));
  const isHidden = (install: ShellCommand) => places.has(`${install.location.path} ${install.location.line}`);
  const names = image.installed.python
    .filter(({ command }) => isHidden(command))
    .flatMap(({ requirements }) => requirements.map(({ name }) => name));
  const others = new Set(
    image.installed.python
      .filter(({ command }) => !isHidden(command))
      .flatMap(({ requirements }) => requirements.map(({ name }) => name)),
  );
  const brought = new Set(
    names
      .filter((name) => !others.has(name) && image.base?.distributions.has(name) !== true)
      .flatMap((name) => modulesOfDistribution(name)),
  );
  const checked = new Set(
    codeInRuns(image)
      .filter(({ isDecisive }) => isDecisive)
      .flatMap(({ module }) =>
        module.imports.filter(({ isGuarded }) => !isGuarded).map((each) => each.module.split(".")[0]),
      ),
  );
  const found = reachedImports(image).find(({ import: { module, functionName } }) => {
    const top = module.split(".")[0] ?? module;
    return functionName === undefined && (brought.has(module) || brought.has(top)) && !checked.has(top);
  });
  return found === undefined ? undefined : { name: found.import.module, at: found.at };
}

/** Drops a plain `|| true` or `|| echo …` that stands once on its line. */
function withoutTail({ at, hidesMore }: Lost, image: ImageFacts): Fix | undefined {
  const line = lineAt(image, at);
  if (line === undefined || hidesMore || at.path !== image.dockerfile.path) return undefined;
  const [before = "", after = "", ...more] = line.split("||");
  const tail = plainTail.exec(after);
  if (tail === null || more.length > 0 || before.trim() === "") return undefined;
  const text = `${before.trimEnd()} ${after.slice(tail[0].length)}`.trimEnd();
  return {
    title: "Let the failure stop the build",
    edits: [{ kind: "lines", path: at.path, startLine: at.line, endLine: at.line, lines: [text] }],
  };
}

const plainTail = /^[ \t]*(?:true|:|echo(?:[ \t]+(?:"[^"$`\\]*"|'[^']*'|[\w.-]+))*)[ \t]*(?=$|\\$|&&)/;
