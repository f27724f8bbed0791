import { posix } from "node:path";
import type { Stage, Variable, VariableStep } from "#facts/dockerfile/stage.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { secretsOf, tellingSecretsOf } from "./shared/file-secrets.js";

/** Credentials that everybody who can pull the image can read. */
export const secretInImage: ImageRule = {
  scope: "image",
  meta: {
    id: "US702",
    name: "secret-in-image",
    level: "error",
    phase: "security",
    summary: "The image carries a credential: in a file, a variable, or its build history.",
    seeds: ["S28"],
    fix: "auto",
  },
  *check(image) {
    yield* writtenSecrets(image);
    yield* copiedSecrets(image);
    yield* passedSecrets(image);
  },
};

/** Credentials in the Dockerfile itself. */
function* writtenSecrets({ dockerfile, project, walk, lineage }: ImageFacts): Generator<Report> {
  const file = project.files.get(dockerfile.path);
  for (const { description, line, hasIssuerShape } of file === undefined ? [] : secretsOf(file)) {
    const stage = walk.stages.findLast(({ from }) => from.line <= line);
    const isInImage = stage === undefined || lineage.includes(stage);
    yield {
      message: `${dockerfile.path} holds a credential (${description}): whoever reads the repository${isInImage ? " or pulls the image" : ""} can use it.`,
      remedy:
        "Revoke it and make a new one; give it to the build by --mount=type=secret, or to the endpoint as a variable.",
      at: { path: dockerfile.path, line },
      confidence: hasIssuerShape ? "certain" : "likely",
    };
  }
}

/** One report for each COPY, however many files with credentials it takes. */
function* copiedSecrets(image: ImageFacts): Generator<Report> {
  const { context, files, dockerfile, project } = image;
  const byLine = new Map<number, { readonly path: string; readonly line: number; readonly description: string }[]>();
  for (const { origin, location } of files.paths) {
    const file = origin.kind === "copied" ? context.files.get(origin.contextPath) : undefined;
    const [first] = file === undefined || file.path === dockerfile.path ? [] : tellingSecretsOf(file, project);
    if (file === undefined || first === undefined || location.path !== dockerfile.path) continue;
    const taken = byLine.get(location.line) ?? [];
    byLine.set(location.line, [...taken, { path: file.path, line: first.line, description: first.description }]);
  }
  for (const [line, taken] of byLine) {
    const [first] = taken;
    if (first === undefined) continue;
    const others = taken.length === 1 ? "" : ` and ${taken.length - 1} more files with credentials`;
    yield {
      message: `This puts ${first.path} with a credential (${first.description})${others} into the image: whoever pulls it can use them.`,
      remedy: `Revoke them, let the endpoint's variables bring new ones, and name ${posix.basename(first.path)} in .dockerignore.`,
      at: { path: dockerfile.path, line },
      evidence: taken.slice(0, 5).map((each) => ({
        statement: `${each.path} holds a credential (${each.description}).`,
        location: { path: each.path, line: each.line },
      })),
    };
  }
}

/** Names that hold a secret by their meaning: `HF_TOKEN`, `AWS_SECRET_ACCESS_KEY`. */
const secretName = /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|SECRET_?KEY|ACCESS_KEY|PRIVATE_?KEY|CREDENTIALS)$/i;

/** ARG and ENV that a build gives a secret to: the image's configuration or history keeps the value. */
function* passedSecrets(image: ImageFacts): Generator<Report> {
  const seen = new Set<string>();
  for (const stage of image.lineage) {
    for (const step of stage.steps) {
      if (step.kind !== "env" && step.kind !== "arg") continue;
      for (const variable of step.variables) {
        const source = step.kind === "env" ? passedTo(variable, step) : variable.name;
        if (source === undefined || !secretName.test(variable.name) || seen.has(source)) continue;
        if (step.kind === "arg" && !isUsed(variable.name, step, stage)) continue;
        seen.add(source);
        yield passed(variable, step, stage, image);
      }
    }
  }
}

/** The ARG whose value an ENV takes over. */
function passedTo({ written }: Variable, { buildArguments }: VariableStep): string | undefined {
  const name = /^["']?\$\{?(\w+)\}?["']?$/.exec(written)?.[1];
  return name !== undefined && buildArguments.has(name) ? name : undefined;
}

/** Only a RUN behind it writes an ARG into the history. An ENV of a later step is told of instead. */
function isUsed(name: string, step: VariableStep, stage: Stage): boolean {
  const later = stage.steps.slice(stage.steps.indexOf(step) + 1);
  const isKept = later.some(
    (each) => each.kind === "env" && each.variables.some((variable) => passedTo(variable, each) === name),
  );
  return !isKept && later.some((each) => each.kind === "run" && uses(each.instruction.arguments.text, name));
}

function uses(script: string, name: string): boolean {
  return new RegExp(`\\$\\{?${name}\\b`).test(script);
}

function passed(variable: Variable, step: VariableStep, stage: Stage, image: ImageFacts): Report {
  const { name, line } = variable;
  const { project, dockerfile } = image;
  const build = project.buildCommands.find(
    (each) =>
      each.dockerfile === dockerfile.path &&
      each.buildArguments.has(step.kind === "env" ? (passedTo(variable, step) ?? name) : name),
  );
  const keeper = step.kind === "env" ? "configuration" : "build history";
  const fix = step.kind === "env" || build !== undefined ? undefined : secretMount(name, step, stage, image);
  return {
    message: `The image keeps the value of ${name} in its ${keeper}: whoever pulls it can read it.`,
    remedy:
      step.kind === "env"
        ? `Let the endpoint set ${name}, and drop this line.`
        : `Mount it for the RUN that needs it: --mount=type=secret,id=${name},env=${name}, and build with --secret id=${name}.`,
    at: { path: dockerfile.path, line },
    level: build === undefined ? "warning" : "error",
    confidence: "likely",
    evidence: build === undefined ? [] : [{ statement: `This build gives it a value.`, location: build.location }],
    ...(fix !== undefined && { fix }),
  };
}

/** Clear when the ARG has a line of its own, and every use is in a RUN of the same stage that begins plainly. */
function secretMount(
  name: string,
  step: VariableStep,
  stage: Stage,
  { dockerfile, walk }: ImageFacts,
): Fix | undefined {
  const { line, endLine } = step.instruction;
  const others = walk.stages
    .flatMap(({ steps }) => steps)
    .filter((each) => each !== step && uses(each.instruction.arguments.text, name));
  const isDeclaredAgain = walk.stages.some(({ steps }) =>
    steps.some(
      (each) => each !== step && each.kind === "arg" && each.variables.some((variable) => variable.name === name),
    ),
  );
  if (line !== endLine || step.variables.length !== 1 || isDeclaredAgain) return undefined;
  const lines = others.map(({ instruction }) => ({
    at: instruction.line,
    text: dockerfile.lines[instruction.line - 1] ?? "",
  }));
  const isPlain = others.every((each) => each.kind === "run" && stage.steps.includes(each) && each.exec === undefined);
  if (!isPlain || !lines.every(({ text }) => /^RUN\s/i.test(text))) return undefined;
  return {
    title: `Give ${name} to the build as a secret (docker build --secret id=${name})`,
    edits: [
      { kind: "lines", path: dockerfile.path, startLine: line, endLine, lines: [] },
      ...lines.map(({ at, text }) => ({
        kind: "lines" as const,
        path: dockerfile.path,
        startLine: at,
        endLine: at,
        lines: [text.replace(/^RUN\s+/i, (run) => `${run}--mount=type=secret,id=${name},env=${name} `)],
      })),
    ],
  };
}
