import { posix } from "node:path";
import type { ImageFacts, ImagePath } from "#facts/image/image-facts.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { type StartFile, startFiles } from "./shared/start-file.js";

/** A start command whose file is not in the image, may not be run, or is not what the kernel can run. */
export const entrypointBroken: ImageRule = {
  scope: "image",
  meta: {
    id: "US609",
    name: "entrypoint-broken",
    level: "error",
    phase: "start",
    summary: "The start command runs a file that is absent, not executable, or has a first line that cannot work.",
    seeds: ["S36", "S117"],
    fix: "auto",
  },
  *check(image) {
    for (const start of startFiles(image)) yield* broken(start, image);
  },
  lookedAt: (image) =>
    startFiles(image)
      .map(({ path }) => path)
      .join(", "),
};

function* broken(start: StartFile, image: ImageFacts): Generator<Report> {
  const { path, command, isProgram, interpreter } = start;
  const at = command.location;
  const found = image.files.find(path);
  if (found.kind === "absent") {
    // Lines that BuildKit refuses may have been meant to make it.
    if (image.project.isListingCut || image.dockerfile.problems.length > 0) return;
    yield {
      message: `The worker dies at start: ${path} is not in the image.`,
      remedy: `Copy the file to ${path}, or name the one that is there.`,
      at,
      ...(at.path === image.dockerfile.path ? missingFix(path, image) : {}),
    };
    return;
  }
  if (found.kind !== "present") return;
  const text = image.files.textOf(path)?.text;
  const firstLine = text?.slice(0, 200).split("\n")[0] ?? "";
  const wrong = interpreter === undefined ? undefined : wrongLanguage(interpreter, path);
  if (wrong !== undefined) {
    yield {
      message: `The worker dies at start: ${posix.basename(path)} is ${wrong}, and ${interpreter} is told to run it.`,
      remedy: "Start it with its own interpreter.",
      at,
    };
  } else if (isProgram && found.made.isExecutable === false) {
    yield {
      message: `The worker dies at start: ${path} has no execute bit ("permission denied").`,
      remedy: `Add RUN chmod +x ${path}, or start it with its interpreter.`,
      at,
      evidence: [{ statement: "It comes into the image here.", location: found.made.location }],
      ...beforeStart(`RUN chmod +x ${path}`, "Make it executable", image),
    };
  } else if (isShell(start, firstLine) && firstLine.endsWith("\r") && !isConverted(found.made, image)) {
    yield {
      message: `The worker dies at start: the lines of ${posix.basename(path)} end with CR LF, which the shell takes for a part of each word.`,
      remedy: "Save it with LF, and keep it so with *.sh text eol=lf in .gitattributes.",
      at,
      confidence: keepsLineEnds(image) ? "likely" : "certain",
      evidence: [{ statement: "It comes into the image here.", location: found.made.location }],
      ...beforeStart(`RUN sed -i 's/\\r$//' ${path}`, "Take the carriage returns out", image),
    };
  } else if (isProgram && text !== undefined && isExecForm(image) && command.via.length === 0 && !hasFirstLine(text)) {
    yield {
      message: `The worker dies at start: ${path} does not begin with #!, so the kernel cannot run it ("exec format error").`,
      remedy: "Make #!/bin/bash its first line, or start it with its interpreter.",
      at,
    };
  }
}

/** A shebang, or a binary's magic number, which no text has. */
function hasFirstLine(text: string): boolean {
  return text.startsWith("#!") || text.startsWith("\u007fELF") || text === "";
}

function isShell({ path, isProgram, interpreter }: StartFile, firstLine: string): boolean {
  if (isProgram) return firstLine.startsWith("#!");
  return interpreter !== "python" && path.endsWith("sh");
}

function wrongLanguage(interpreter: string, path: string): string | undefined {
  if (interpreter === "python" && /\.(?:sh|bash)$/.test(path)) return "a shell script";
  return interpreter !== "python" && path.endsWith(".py") ? "a Python file" : undefined;
}

/** An exec form of ENTRYPOINT or CMD: no shell stands between, which would run a file without #! itself. */
function isExecForm({ entry }: ImageFacts): boolean {
  return (entry.entrypoint ?? entry.cmd)?.exec !== undefined;
}

/** dos2unix, sed, tr or perl over its name, or over a pattern or folder that holds it. */
function isConverted(made: ImagePath, { buildCommands }: ImageFacts): boolean {
  const name = posix.basename(made.path);
  return buildCommands.some(({ command }) => {
    const words = command.words.map(({ text }) => text);
    const converts = words.some((word) => /^dos2unix$|\\r|\\015/.test(word));
    return converts && words.some((word) => word.includes(name) || /\*|\{\}|^-exec$/.test(word));
  });
}

function keepsLineEnds({ project }: ImageFacts): boolean {
  return /\beol=lf\b|\btext=auto\b/.test(project.files.get(".gitattributes")?.text ?? "");
}

/** The one file of that name in the context is copied before the start. */
function missingFix(path: string, image: ImageFacts): { readonly fix?: Fix } {
  const same = [...image.context.files.keys()].filter((file) => posix.basename(file) === posix.basename(path));
  const [source] = same;
  if (source === undefined || same.length > 1 || /\s/.test(source + path)) return {};
  return beforeStart(`COPY --chmod=755 ${source} ${path}`, `Copy ${source} to ${path}`, image);
}

/** As root: a USER before the start could not change the file. */
function beforeStart(line: string, title: string, { entry, dockerfile, finalStage }: ImageFacts): { fix?: Fix } {
  const lines = [entry.cmd, entry.entrypoint].flatMap((step) => step?.instruction.line ?? []);
  if (lines.length === 0 || (line.startsWith("RUN") && finalStage.end.user !== "root")) return {};
  const startLine = Math.min(...lines);
  return {
    fix: {
      title,
      edits: [{ kind: "lines", path: dockerfile.path, startLine, endLine: startLine - 1, lines: [line] }],
    },
  };
}
