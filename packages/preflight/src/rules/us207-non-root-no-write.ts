import type { CopyStep } from "#facts/dockerfile/stage.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import { isBelow } from "#facts/image/stage-files.js";
import type { Report } from "#model/finding.js";
import { mountedAt } from "./shared/mounted-at.js";
import { pathArguments, type RuntimeWrite, runtimeWrites } from "./shared/runtime-writes.js";
import type { ImageRule } from "./rule.js";

/** The image runs as another user than root and writes where only root may. */
export const nonRootNoWrite: ImageRule = {
  scope: "image",
  meta: {
    id: "US207",
    name: "non-root-no-write",
    level: "warning",
    phase: "start",
    summary: "The image runs as a user who may not write to a folder that it writes to.",
    seeds: ["S116"],
    fix: "by-hand",
  },
  *check(image) {
    const user = plainUser(image);
    if (user === undefined) return;
    const writable = writableFolders(user, image);
    if (writable === "unknown") return;
    const told = new Set<string>();
    for (const write of runtimeWrites(image)) {
      if (told.has(write.path) || writable.some((folder) => isBelow(write.path, folder))) continue;
      if (mountedAt(write.path, image) === undefined && !isKnownForRoot(write.path, image)) continue;
      told.add(write.path);
      yield refused(write, user, image);
    }
  },
  lookedAt: (image) =>
    plainUser(image) === undefined ? "" : `${runtimeWrites(image).length} paths written at run time`,
};

/** The user, when it is not root; undefined also when nobody can know. */
function plainUser({ finalStage }: ImageFacts): string | undefined {
  const user = finalStage.end.user.split(":")[0] ?? "";
  return /^(root|0|)$/.test(user) || user.includes("$") ? undefined : user;
}

/** Without a base image that is known, a folder may come with it, with any owner. */
function isKnownForRoot(path: string, { base, files }: ImageFacts): boolean {
  if (isBelow(path, "/root")) return true;
  const found = files.find(path);
  const isOpen = found.kind === "unknown" && !found.because.startsWith("what the start commands");
  return base?.isWellKnown === true && !isOpen;
}

/** Folders that the user may write to; `unknown` when a chown or chmod names something that nobody can know. */
function writableFolders(user: string, image: ImageFacts): readonly string[] | "unknown" {
  const { environment } = image.finalStage.end;
  const folders = [
    "/tmp",
    "/var/tmp",
    "/dev",
    "/proc",
    "/run/lock",
    `/home/${user}`,
    environment.get("HOME") ?? "/tmp",
  ];
  for (const { command, run } of image.buildCommands) {
    const grants = /^(chown|chmod|chgrp|install|setfacl)$/.test(command.name);
    if (!grants && (run.step.user === "root" || command.name !== "mkdir")) continue;
    if (command.words.some((word) => !word.isKnown)) return "unknown";
    folders.push(...pathArguments(command));
  }
  for (const step of image.finalSteps) {
    if (step.kind === "copy" && hasOwner(step)) folders.push(step.destination.text.replace(/(?<=.)\/$/, ""));
    if (step.kind === "workdir" && step.user !== "root") folders.push(...step.values.map(({ text }) => text));
  }
  return folders.map((folder) => image.files.resolve(folder));
}

const hasOwner = ({ flags }: CopyStep): boolean => flags.some(({ name }) => name === "chown" || name === "chmod");

function refused({ path, location }: RuntimeWrite, user: string, image: ImageFacts): Report {
  const mount = mountedAt(path, image);
  const step = image.finalSteps.findLast(({ kind }) => kind === "user");
  const evidence =
    step === undefined
      ? []
      : [
          {
            statement: `The image runs as ${user} from here on.`,
            location: { path: image.dockerfile.path, line: step.instruction.line },
          },
        ];
  if (mount !== undefined) {
    return {
      message: `${path} is written as user ${user}; the volume at ${mount} may belong to root.`,
      remedy: "Drop USER, or check on a worker that this user may write to the volume.",
      at: location,
      level: "note",
      confidence: "possible",
      evidence,
    };
  }
  return {
    message: `User ${user} may not write to ${path}: "Permission denied".`,
    remedy: `Add \`mkdir -p ${path} && chown -R ${user} ${path}\` to a RUN before USER, or drop USER.`,
    at: location,
    confidence: "likely",
    evidence,
  };
}
