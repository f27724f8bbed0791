import type { ImageFacts, RunFacts } from "#facts/image/image-facts.js";
import { readSystemCommand } from "#facts/image/system-command.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { editWord } from "./shared/edit-word.js";
import { stageSystem } from "./shared/stage-system.js";

/** apt that asks a question nobody answers, or that has no package lists yet. */
export const aptCall: ImageRule = {
  scope: "image",
  meta: {
    id: "US405",
    name: "apt-call",
    level: "error",
    phase: "build",
    summary: "apt-get install runs without -y, or before apt-get update.",
    seeds: ["S10"],
    fix: "auto",
  },
  *check(image) {
    const installs = image.buildCommands.filter(({ command }) => isInstall(command));
    for (const { command } of installs) if (asks(command) && !saysYes(image)) yield withoutYes(command, image);
    yield* beforeUpdate(image);
  },
  lookedAt: (image) => {
    const count = image.buildCommands.filter(({ command }) => isInstall(command)).length;
    return count === 0 ? "" : `${count} apt calls`;
  },
};

const aptNames = new Set(["apt", "apt-get"]);

function isInstall(command: ShellCommand): boolean {
  const asked = aptNames.has(command.name) ? readSystemCommand(command) : undefined;
  return (
    asked?.action === "install" && asked.packages.length > 0 && command.words.some(({ text }) => text === "install")
  );
}

/** `-qq` says yes too (apt-get(8)); `-o` may set Assume-Yes; `yes |` answers. */
function asks({ words, pipedFrom, redirects, input, isConditional }: ShellCommand): boolean {
  const isAnswered = words.some(
    ({ text, isKnown }) =>
      !isKnown ||
      /^-[a-zA-Z]*(y|qq|q=2)|^--(yes|assume-yes|force-yes|dry-run|simulate|download-only)$|[Aa]ssume-[Yy]es/.test(text),
  );
  const isFed =
    pipedFrom !== undefined || input !== undefined || redirects.some(({ operator }) => operator.startsWith("<"));
  return !isAnswered && !isFed && !isConditional;
}

/** An apt.conf that says yes for every call. */
function saysYes({ writes, files }: ImageFacts): boolean {
  return (
    writes.some(({ write }) => /assume-yes/i.test(write.content?.text ?? "")) ||
    files.allPaths.some(({ path, origin }) => path.startsWith("/etc/apt/apt.conf") && origin.kind !== "written")
  );
}

function withoutYes(command: ShellCommand, image: ImageFacts): Report {
  const isStopped = command.fate.kind === "stops";
  const verb = command.words.find(({ text }) => text === "install");
  const edit = verb && editVerb(command, verb.line, image);
  return {
    message: `${isStopped ? "The build stops here" : "Nothing is installed here"}: ${command.name} asks "Do you want to continue?" and nobody answers ("Abort.").`,
    remedy: "Add -y.",
    at: command.location,
    level: isStopped ? "error" : "warning",
    confidence: "likely",
    ...(edit === undefined ? {} : { fix: { title: "Add -y", edits: [edit] } }),
  };
}

function editVerb({ location }: ShellCommand, line: number, image: ImageFacts): ReturnType<typeof editWord> {
  return editWord(image, { path: location.path, line }, "install", "install -y");
}

/** The package lists as a stage's steps leave them; a stage that is built on another one starts with its lists. */
function* beforeUpdate(image: ImageFacts): Iterable<Report> {
  const byStage = new Map<number, boolean | undefined>();
  for (const run of image.runs) {
    const { stage } = run;
    const { base } = stage;
    const system = stageSystem(image, stage.index);
    const atStart = base.kind === "stage" ? byStage.get(base.index) : system?.isKnown === true ? false : undefined;
    let hasLists = byStage.has(stage.index) ? byStage.get(stage.index) : atStart;
    for (const command of run.script.commands) {
      if (hasLists === false && isInstall(command) && !isCached(run)) yield withoutLists(command);
      hasLists = listsAfter(command, hasLists);
    }
    byStage.set(stage.index, hasLists);
  }
}

/** Undefined: nobody can know. A script from elsewhere, such as NodeSource's, may run `apt-get update` itself. */
function listsAfter(command: ShellCommand, before: boolean | undefined): boolean | undefined {
  const words = command.words.map(({ text }) => text);
  if (aptNames.has(command.name) && words.includes("update")) return true;
  if (/^(add-apt-repository|apt-add-repository)$/.test(command.name)) return true;
  if (command.name === "rm" && words.some((word) => /^\/var\/lib\/apt(\/lists)?(\/\*)?\/?$/.test(word))) return false;
  if (/^(ba|da|z)?sh$/.test(command.name) || command.name.endsWith(".sh")) return undefined;
  return isInstall(command) && before === false ? undefined : before;
}

function isCached({ step }: RunFacts): boolean {
  return step.mounts.some(({ target }) => target?.startsWith("/var/lib/apt") === true);
}

function withoutLists(command: ShellCommand): Report {
  const isStopped = command.fate.kind === "stops";
  return {
    message: `${isStopped ? "The build stops here" : "Nothing is installed here"}: there are no package lists ("Unable to locate package").`,
    remedy: "Run apt-get update before it, in the same RUN.",
    at: command.location,
    level: isStopped ? "error" : "warning",
    confidence: "likely",
    evidence: [{ statement: "Official base images come without lists, and an earlier step may have removed them." }],
  };
}
