import { stat } from "node:fs/promises";
import { loadConfig } from "#config/load-config.js";
import { evidenceFileName, type EvidenceMoment } from "#facts/project/evidence.js";
import { readProjectFiles } from "#facts/project/project-files.js";
import { readProject } from "#facts/project/read-project.js";
import { loadPython } from "#facts/python/grammar.js";
import { loadShellGrammar } from "#facts/shell/grammar.js";
import type { PastSecret, ProjectFacts, ProjectFile } from "#facts/project/project-facts.js";
import { PreflightError } from "#model/errors.js";
import type { Finding, Unjudged } from "#model/finding.js";
import type { PreflightOptions, PreflightResult } from "#model/result.js";
import { rules } from "#rules/index.js";
import { suppress } from "#suppress/suppress.js";
import { diskTree } from "#tree/disk-tree.js";
import { gitTree, resolveRevision } from "#tree/git-tree.js";
import { openBlobReader } from "#tree/git.js";
import type { SourceTree } from "#tree/source-tree.js";
import { judge, judgeImage } from "#verdict.js";
import { liveImages } from "./live-images.js";
import { readPastSecrets } from "./past-secrets.js";
import { requiredElsewhere } from "./required-elsewhere.js";
import { runRules } from "./run-rules.js";
import { unreadFiles } from "./unread-files.js";

/**
 * Judges a project: its files become facts, the facts are put to the rules, the findings become a verdict. Nothing is
 * written, built, run or fetched.
 * @throws PreflightError when there is nothing to judge, or the question is wrong.
 */
export async function preflight(options: PreflightOptions): Promise<PreflightResult> {
  await assertFolder(options.root);
  const blobs = openBlobReader(options.root);
  const at = (revision: string) => gitTree(options.root, revision, blobs);
  try {
    const tree = options.revision === undefined ? diskTree(options.root) : at(options.revision);
    const known = options.since === undefined ? undefined : await fingerprintsOf(at(options.since), options);
    const readPast = options.revision === undefined ? () => readPastSecrets(options.root, blobs) : undefined;
    return await judgeTree(tree, options, known, readPast);
  } finally {
    blobs.close();
  }
}

/**
 * The same for any tree.
 * @param known fingerprints of findings that were there before and are left out.
 * @param readPast reads what earlier commits hold; asked with the profile `deploy` only, for it takes seconds.
 */
export async function judgeTree(
  tree: SourceTree,
  options: PreflightOptions,
  known: ReadonlySet<string> = new Set(),
  readPast?: () => Promise<readonly PastSecret[] | undefined>,
): Promise<PreflightResult> {
  const startedAt = performance.now();
  const own = await loadConfig(tree, options.configPath);
  const config = options.profile === undefined ? own : { ...own, profile: options.profile };
  const read = await readProjectFiles(tree);
  const closed = await loadReaders(read.files);
  const { dockerfile, context } = options;
  const moment = await momentOf(read.files, options);
  const pastSecrets = config.profile === "deploy" ? await readPast?.() : undefined;
  const project = readProject(read, { config, dockerfile, context, moment, pastSecrets });

  const answers = runRules(rules, project, options.signal);
  const fresh = answers.findings.filter((finding) => !known.has(finding.fingerprint));
  const { kept, suppressed } = suppress(fresh, sourcesOf(project, options));
  const unjudged = [
    ...(closed.length > 0 ? closed : unreadFiles(project)),
    ...answers.unjudged,
    ...requiredElsewhere(project),
  ];
  const { verdict, images } = judgeImages(project, kept, unjudged, options.dockerfile);
  return {
    verdict,
    images,
    project,
    suppressed,
    runs: answers.runs,
    counts: { files: project.files.size, images: images.length, rules: rules.length },
    milliseconds: performance.now() - startedAt,
  };
}

/** git is asked for the commit only when a record of test runs may name it. */
async function momentOf(files: ReadonlyMap<string, ProjectFile>, options: PreflightOptions): Promise<EvidenceMoment> {
  const { root, revision = "HEAD", now = new Date() } = options;
  if (!files.has(evidenceFileName)) return { commit: undefined, now };
  return { commit: await resolveRevision(root, revision).catch(() => undefined), now };
}

async function assertFolder(root: string): Promise<void> {
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new PreflightError("project-missing", "There is no such folder.");
}

async function fingerprintsOf(tree: SourceTree, options: PreflightOptions): Promise<ReadonlySet<string>> {
  try {
    const before = await judgeTree(tree, options);
    return new Set(before.verdict.findings.map((finding) => finding.fingerprint));
  } catch (error) {
    // A revision without a Dockerfile had no faults: everything since is new.
    if (error instanceof PreflightError && error.code !== "unknown-revision") return new Set();
    throw error;
  }
}

/**
 * Loads the readers that the project needs: Python's costs a tenth of a second, and a project may have none. What does
 * not load leaves the questions that need it open: never GO by blindness.
 */
async function loadReaders(files: ReadonlyMap<string, ProjectFile>): Promise<readonly Unjudged[]> {
  const open: Unjudged[] = [];
  const load = (name: string, start: () => Promise<void>) =>
    start().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      open.push({
        ruleId: undefined,
        phase: "build",
        reason: `The ${name} reader could not be loaded (${why}).`,
        remedy: "Install @understudy/preflight again, with its grammars folder and @astral-sh/ruff-wasm-nodejs.",
        isRequired: true,
      });
    });
  // One after the other: web-tree-sitter's start is not safe twice at once.
  await load("shell", loadShellGrammar);
  if (needsPython(files)) await load("Python", loadPython);
  return open;
}

/** Python stands in files of its own, and in the text of Dockerfiles and scripts. */
function needsPython(files: ReadonlyMap<string, ProjectFile>): boolean {
  return [...files.values()].some(({ path, text }) => path.endsWith(".py") || (text?.includes("python") ?? false));
}

function sourcesOf(project: ProjectFacts, options: PreflightOptions): Parameters<typeof suppress>[1] {
  return {
    config: project.config,
    baseline: options.baseline ?? new Set(),
    now: options.now ?? new Date(),
    textOf: (path) => project.files.get(path)?.text,
    endLineOf: (path, line) =>
      project.images
        .find((image) => image.dockerfile.path === path)
        ?.dockerfile.instructions.find((instruction) => instruction.line === line)?.endLine,
  };
}

function judgeImages(
  project: ProjectFacts,
  findings: readonly Finding[],
  unjudged: readonly Unjudged[],
  asked: string | undefined,
): Pick<PreflightResult, "verdict" | "images"> {
  const live = liveImages(project, asked);
  const images = project.images.map(({ dockerfile, context }) => ({
    dockerfile: dockerfile.path,
    context: context.folder,
    isLive: live.has(dockerfile.path),
    judgement: judgeImage(findings, unjudged, dockerfile.path),
  }));
  return { verdict: judge(findings, unjudged, images), images };
}
