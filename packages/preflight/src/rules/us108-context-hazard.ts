import { readIgnoreRules } from "#facts/context/ignore-rules.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import { isWeightFile } from "#facts/image/weights.js";
import type { ProjectFile } from "#facts/project/project-facts.js";
import { baseNameOf } from "#facts/project/project-path.js";
import type { Fix, Report } from "#model/finding.js";
import { type ContextSource, contextSources, countContextSources } from "./shared/context-sources.js";
import { neededStages } from "./shared/needed-stages.js";
import type { ImageRule } from "./rule.js";

/** `COPY . .` that takes keys, settings, history or weights into the image because nothing holds them back. */
export const contextHazard: ImageRule = {
  scope: "image",
  meta: {
    id: "US108",
    name: "context-hazard",
    level: "warning",
    phase: "security",
    summary: "COPY of the whole context takes keys, .env files, git's history or weights into the image.",
    seeds: ["S52", "S115"],
    fix: "auto",
  },
  lookedAt: ({ walk }) => countContextSources(walk.stages),
  *check(image) {
    const source = contextSources([...neededStages(image)]).find(({ step, pattern }) => {
      const isWhole = image.context.match(pattern.text).some(({ path }) => path === "");
      return step.kind === "copy" && pattern.unresolved.length === 0 && isWhole && !step.flags.some(isExclude);
    });
    if (source === undefined) return;
    const secrets = secretFiles(image);
    const weights = heavyWeights(image);
    const isGitSent = sendsGit(image);
    if (secrets.length > 0 || weights.length > 0 || isGitSent)
      yield reportOf(source, image, secrets, weights, isGitSent);
  },
};

const isExclude = ({ name }: { readonly name: string }) => name === "exclude";

const secretName =
  /^\.env(?:\.(?!example$|sample$|template$|dist$|test$)[\w.-]+)?$|^id_(?:rsa|ed25519|ecdsa)$|\.(?:key|p12|pfx|keystore)$/i;
const privateKey = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/;

/** Files that hold keys by their name or, for `.pem`, by their first line. */
function secretFiles({ context, project }: ImageFacts): readonly string[] {
  return [...context.files].flatMap(([path, { text }]) => {
    const isTest = path.split("/").some((name) => project.config.testFolders.includes(name));
    const isKey = path.endsWith(".pem") && privateKey.test(text ?? "");
    return !isTest && (isKey || secretName.test(baseNameOf(path))) ? [path] : [];
  });
}

/** More than 100 MB of weights: sent to the builder each time, whether the image needs them or not. */
function heavyWeights({ context }: ImageFacts): readonly ProjectFile[] {
  const weights = [...context.files].flatMap(([path, file]) => (isWeightFile(path) ? [file] : []));
  return weights.reduce((sum, { byteLength }) => sum + byteLength, 0) > 100e6 ? weights : [];
}

/** The listing does not show what `.git` holds, but the builder takes it from the project's folder. */
function sendsGit({ context, project }: ImageFacts): boolean {
  const rules = readIgnoreRules(project.files.get(context.ignoreFile ?? "")?.text ?? "");
  return project.isGitRepository && context.folder === "" && rules(".git/config") === undefined;
}

function reportOf(
  { line }: ContextSource,
  image: ImageFacts,
  secrets: readonly string[],
  weights: readonly ProjectFile[],
  isGitSent: boolean,
): Report {
  const megabytes = Math.round(weights.reduce((sum, { byteLength }) => sum + byteLength, 0) / 1e6);
  const parts = [
    ...secrets.slice(0, 3),
    ...(secrets.length > 3 ? [`${secrets.length - 3} more such files`] : []),
    ...(weights.length > 0 ? [`${megabytes} MB of weights`] : []),
    ...(isGitSent ? [".git with its whole history"] : []),
  ];
  const ignored = [...secrets.filter((path) => !/[\s*?[\\]/.test(path)), ...(isGitSent ? [".git"] : [])];
  const { ignoreFile, files } = image.context;
  return {
    message: `Whoever pulls the image gets ${inWords(parts)}: this line copies the whole context.`,
    remedy: `Name them in ${ignoreFile ?? ".dockerignore"}, or copy only what the worker runs.`,
    at: { path: image.dockerfile.path, line },
    level: secrets.length > 0 ? "warning" : weights.length > 0 ? "warning" : "note",
    confidence: secrets.length > 0 || weights.length === 0 ? "certain" : "possible",
    evidence: [
      {
        statement:
          ignoreFile === undefined ? "There is no .dockerignore." : `${ignoreFile} lets ${files.size} files through.`,
      },
    ],
    ...(ignored.length === 0 || weights.length > 0 ? {} : { fix: holdBack(ignored, image) }),
  };
}

const inWords = (parts: readonly string[]) =>
  parts.length === 1 ? `${parts[0]}` : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

function holdBack(lines: readonly string[], { context, project }: ImageFacts): Fix {
  const { folder, ignoreFile } = context;
  const title = `Keep ${lines.join(", ")} from the builder`;
  if (ignoreFile === undefined) {
    const path = folder === "" ? ".dockerignore" : `${folder}/.dockerignore`;
    return { title, edits: [{ kind: "new-file", path, text: `${lines.join("\n")}\n` }] };
  }
  const text = project.files.get(ignoreFile)?.text ?? "";
  const startLine = text.replace(/\n$/, "").split("\n").length + 1;
  return { title, edits: [{ kind: "lines", path: ignoreFile, startLine, endLine: startLine - 1, lines }] };
}
