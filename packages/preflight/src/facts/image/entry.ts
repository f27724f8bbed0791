import type { CommandStep, Stage } from "#facts/dockerfile/stage.js";
import { readShell } from "#facts/shell/read-shell.js";
import type { ShellScope } from "#facts/shell/script.js";
import type { BaseImage } from "#knowledge/index.js";
import type { MappedText } from "#model/mapped-text.js";
import type { EntryFacts, VirtualFiles } from "./image-facts.js";
import { execScript } from "./run-facts.js";
import { launcherLength, onlySetsVariables, startedPython } from "./start-command.js";

/** What the start of a container depends on. */
export interface EntryOptions {
  readonly lineage: readonly Stage[];
  readonly finalStage: Stage;
  readonly files: Pick<VirtualFiles, "textOf">;
  /** ENV of the running image. */
  readonly runtimeEnvironment: ReadonlyMap<string, string>;
  readonly base: BaseImage | undefined;
}

/** Follows ENTRYPOINT and CMD, the scripts that they run too, to the Python that starts with the container. */
export function readEntry(options: EntryOptions): EntryFacts {
  const { cmd, entrypoint } = startSteps(options.lineage);
  const scripts = startSources(cmd, entrypoint).map((source) => readShell(source, scopeOf(options, cmd, entrypoint)));
  // The second script is CMD behind an ENTRYPOINT in exec form. It runs by itself when nobody can read the first one, as
  // entry scripts end with `exec "$@"`.
  const passesOn = (scripts[0]?.unknownScripts.length ?? 0) > 0;
  const followed = passesOn || scripts.length < 2 ? scripts : scripts.slice(0, 1);
  const commands = followed.flatMap((script) => script.commands);
  const started = commands.map((command) => ({ command, python: startedPython(command) }));
  const unknownScripts = followed.flatMap((script) => script.unknownScripts);
  const isFollowed =
    unknownScripts.every(({ path }) => onlySetsVariables(path)) &&
    started.every(({ python }) => python?.kind !== "unknown");
  return {
    cmd,
    entrypoint,
    commands,
    pythonFiles: started.flatMap(({ command, python }) =>
      python?.kind === "file" ? [{ path: python.path, command }] : [],
    ),
    pythonModules: started.flatMap(({ command, python }) =>
      python?.kind === "module" ? [{ name: python.name, command }] : [],
    ),
    embedded: followed.flatMap((script) => script.embedded),
    isComplete: isFollowed && (scripts.length > 0 || startsNothing(options)),
    unknownScripts,
  };
}

/**
 * The last CMD and ENTRYPOINT. A stage's ENTRYPOINT drops the CMD of what it is built on, unless the stage has set its
 * own before (BuildKit, dispatchEntrypoint).
 */
function startSteps(lineage: readonly Stage[]): Pick<EntryFacts, "cmd" | "entrypoint"> {
  let cmd: CommandStep | undefined;
  let entrypoint: CommandStep | undefined;
  for (const stage of lineage) {
    let isCmdOwn = false;
    for (const step of stage.steps) {
      if (step.kind === "cmd") {
        cmd = step;
        isCmdOwn = true;
      } else if (step.kind === "entrypoint") {
        entrypoint = step;
        if (!isCmdOwn) cmd = undefined;
      }
    }
  }
  return { cmd, entrypoint };
}

/**
 * What runs, after the table "Understand how CMD and ENTRYPOINT interact" of the Dockerfile reference: an ENTRYPOINT in
 * shell form ignores CMD; one in exec form gets CMD as its arguments. The second source is CMD for its own sake.
 */
function startSources(cmd: CommandStep | undefined, entrypoint: CommandStep | undefined): readonly MappedText[] {
  const own = cmd === undefined ? undefined : (cmd.script ?? exec(cmd, cmd.exec ?? []));
  if (entrypoint === undefined) return own === undefined ? [] : [own];
  if (entrypoint.exec === undefined) return entrypoint.script === undefined ? [] : [entrypoint.script];
  const given = cmd === undefined ? [] : (cmd.exec ?? [...cmd.shell, cmd.script?.text ?? ""]);
  const whole = exec(entrypoint, [...entrypoint.exec, ...given]);
  return own === undefined ? [whole] : [whole, own];
}

/** Launchers in front are dropped, so that a script behind `tini --` is read like one that stands alone. */
function exec(step: CommandStep, words: readonly string[]): MappedText {
  return execScript(words.slice(launcherLength(words)), step.instruction.arguments.path, step.instruction.line);
}

function scopeOf(options: EntryOptions, cmd: CommandStep | undefined, entrypoint: CommandStep | undefined): ShellScope {
  return {
    environment: options.runtimeEnvironment,
    workdir: options.finalStage.end.workdir,
    shell: (entrypoint ?? cmd)?.shell ?? options.finalStage.end.shell,
    via: [],
    lookUpScript: (path) => options.files.textOf(path),
  };
}

/** Without CMD and ENTRYPOINT the base image decides; well-known ones start a shell and nothing else. */
function startsNothing({ lineage, base }: EntryOptions): boolean {
  if (lineage[0]?.base.kind === "scratch") return true;
  return base !== undefined && base.isWellKnown && !base.family.startsWith("runpod/");
}
