import type { Stage, Step } from "#facts/dockerfile/stage.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";

/** A variable that is used where nothing has set it yet, or no longer holds what was set. */
export const envOrder: ImageRule = {
  scope: "image",
  meta: {
    id: "US208",
    name: "env-order",
    level: "warning",
    phase: "build",
    summary: "A variable is used before ENV or ARG sets it, or after FROM has dropped it.",
    seeds: ["S10"],
    fix: "auto",
  },
  *check(image) {
    for (const use of usesOf(image)) {
      const report = reportOf(use, image);
      if (report !== undefined) yield report;
    }
  },
};

/** A variable without value at a line. */
interface Use {
  readonly name: string;
  readonly line: number;
  /** Undefined: FROM. */
  readonly step: Step | undefined;
}

function usesOf(image: ImageFacts): readonly Use[] {
  const { walk } = image;
  const steps = walk.stages.flatMap((stage) => stage.steps);
  const froms = new Set(walk.stages.map(({ from }) => from.line));
  const written = walk.unresolvedUses.flatMap(({ name, line }) => {
    const step = steps.find(({ instruction }) => instruction.line <= line && line <= instruction.endLine);
    return step === undefined && !froms.has(line) ? [] : [{ name, line, step }];
  });
  const byKey = new Map(
    [...written, ...usesOfRuns(image)].map((use) => [`${use.name} ${use.step?.instruction.line}`, use]),
  );
  return [...byKey.values()];
}

/** Words of RUN that stay unknown for a variable which the file sets elsewhere: the shell makes nothing of it. */
function usesOfRuns({ runs, walk }: ImageFacts): readonly Use[] {
  const globalNames = walk.globalArguments.map(({ name }) => name);
  const namesByStage = walk.stages.map((stage) => new Set([...globalNames, ...namesSetIn(stage)]));
  return runs.flatMap(({ step, stage, script }) => {
    const names = namesByStage[stage.index];
    if (names === undefined || names.size === 0) return [];
    const ownNames = assignedNames(step.script?.text ?? "");
    return script.commands.flatMap(({ words, location }) => {
      if (location.path !== step.instruction.arguments.path) return [];
      return words.flatMap((word) => {
        const name = word.isKnown ? undefined : expandedNames(word.raw).find((each) => names.has(each));
        const isSet = name === undefined || step.environment.has(name) || ownNames.has(name);
        return isSet || declaresBefore(stage, name, step) ? [] : [{ name, line: word.line, step }];
      });
    });
  });
}

/** Names that a script sets itself, in a loop for one. */
function assignedNames(script: string): ReadonlySet<string> {
  return new Set([...script.matchAll(/\b(?:for|read)\s+(\w+)|\b(\w+)=/g)].map((match) => match[1] ?? match[2] ?? ""));
}

/** Names in `$NAME` and `${NAME}`; `${NAME:-default}` has its answer. */
function expandedNames(text: string): readonly string[] {
  return [...text.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)].map((match) => match[1] ?? match[2] ?? "");
}

function variableSteps(stage: Stage): readonly Extract<Step, { kind: "env" | "arg" }>[] {
  return stage.steps.flatMap((step) => (step.kind === "env" || step.kind === "arg" ? [step] : []));
}

function namesSetIn(stage: Stage): readonly string[] {
  return variableSteps(stage).flatMap(({ variables }) => variables.map(({ name }) => name));
}

function declaresBefore(stage: Stage, name: string, { instruction }: Step): boolean {
  return variableSteps(stage).some(
    (step) => step.instruction.line < instruction.line && step.variables.some((variable) => variable.name === name),
  );
}

function reportOf(use: Use, image: ImageFacts): Report | undefined {
  const { name, line, step } = use;
  const at = { path: image.dockerfile.path, line };
  if (step === undefined) return unsetFrom(use, image);
  const stage = image.walk.stages[step.stageIndex];
  if (stage === undefined || declaresBefore(stage, name, step)) return undefined;
  const own = step.kind === "env" || step.kind === "arg" ? step.variables : [];
  if (own.some((variable) => variable.name === name && expandedNames(variable.written).includes(name)))
    return appended(use, at);
  if (own.some((variable) => variable.name === name)) {
    return {
      message: `$${name} is empty here: an instruction does not see what it sets itself.`,
      remedy: `Set ${name} in an ENV of its own before this line.`,
      at,
      confidence: "likely",
    };
  }
  const outer = image.walk.globalArguments.find((variable) => variable.name === name);
  if (outer !== undefined) {
    return {
      message: `$${name} is empty here: the ARG of line ${outer.line} stands before FROM, which drops it.`,
      remedy: `Write ARG ${name} again below FROM.`,
      at,
      confidence: "likely",
      evidence: [{ statement: "It is set here.", location: { ...at, line: outer.line } }],
      fix: declareAgain(name, stage, image),
    };
  }
  const later = variableSteps(stage).find(({ variables }) => variables.some((variable) => variable.name === name));
  if (later === undefined) return undefined;
  return {
    message: `$${name} is empty here: line ${later.instruction.line} sets it only later.`,
    remedy: `Move that ${later.instruction.keyword} above this line.`,
    at,
    confidence: "likely",
    evidence: [{ statement: "It is set here.", location: { ...at, line: later.instruction.line } }],
  };
}

function unsetFrom({ name, line }: Use, { dockerfile }: ImageFacts): Report {
  return {
    message: `The build stops here: FROM uses $${name}, and no ARG before it sets it.`,
    remedy: `Write ARG ${name}=… above the first FROM.`,
    at: { path: dockerfile.path, line },
    level: "error",
  };
}

/** Every image sets PATH, and CUDA images their library paths; nobody sets PYTHONPATH. */
function appended({ name }: Use, at: Report["at"]): Report | undefined {
  if (name !== "PYTHONPATH") return undefined;
  return {
    message: `$PYTHONPATH has no value yet: what is left is an empty entry, the folder that Python is started in.`,
    remedy: "Leave :$PYTHONPATH out, unless the base image sets it.",
    at,
    level: "note",
    confidence: "possible",
  };
}

function declareAgain(name: string, { from }: Stage, { dockerfile }: ImageFacts): Fix {
  const startLine = from.endLine + 1;
  return {
    title: `Declare ${name} again below FROM`,
    edits: [{ kind: "lines", path: dockerfile.path, startLine, endLine: from.endLine, lines: [`ARG ${name}`] }],
  };
}
