import type { ImageFacts, SystemInstall } from "#facts/image/image-facts.js";
import type { Stage } from "#facts/dockerfile/stage.js";
import { type BaseImage, baseImage } from "#knowledge/index.js";

/** What a stage has of the operating system. */
export interface StageSystem {
  readonly stage: Stage;
  /** What is known of the image that the stage starts from, other stages followed. */
  readonly base: BaseImage | undefined;
  /** Its own and the base's packages, whether they are removed again or not; conda's are beside them. */
  readonly packages: ReadonlySet<string>;
  readonly condaPackages: ReadonlySet<string>;
  readonly installs: readonly SystemInstall[];
  /** True when `packages` is all: the Dockerfile parses, the base is well known, and every install names its packages. */
  readonly isKnown: boolean;
}

/** The operating system of one stage. */
export function stageSystem(image: ImageFacts, stageIndex: number): StageSystem | undefined {
  const known = systems.get(image) ?? new Map<number, StageSystem | undefined>();
  systems.set(image, known);
  if (!known.has(stageIndex)) known.set(stageIndex, readSystem(image, stageIndex));
  return known.get(stageIndex);
}

/** The operating system of the image that runs. */
export function finalSystem(image: ImageFacts): StageSystem | undefined {
  return stageSystem(image, image.finalStage.index);
}

const systems = new WeakMap<ImageFacts, Map<number, StageSystem | undefined>>();

function readSystem(image: ImageFacts, stageIndex: number): StageSystem | undefined {
  const chain = lineageOf(image, stageIndex);
  const stage = chain.at(-1);
  if (stage === undefined) return undefined;
  const start = chain[0]?.base;
  const isResolved = start?.kind === "image" && start.reference.unresolved.length === 0;
  const base = isResolved ? baseImage(start.reference.text) : undefined;
  const indexes = new Set(chain.map(({ index }) => index));
  const installs = image.installed.system.filter((install) => indexes.has(install.stageIndex));
  const hasUnknownScript = image.runs.some(
    (run) => indexes.has(run.stage.index) && run.script.unknownScripts.length > 0,
  );
  return {
    stage,
    base,
    packages: new Set([
      ...(base?.systemPackages ?? []),
      ...installs.filter(({ tool }) => tool !== "conda").flatMap(namesOf),
    ]),
    condaPackages: new Set(installs.filter(({ tool }) => tool === "conda").flatMap(namesOf)),
    installs,
    isKnown:
      base?.isWellKnown === true &&
      !hasUnknownScript &&
      image.dockerfile.problems.length === 0 &&
      installs.every(isReadable),
  };
}

/** Debian's and Ubuntu's python3-pip recommends build-essential and python3-dev, and apt installs what is recommended. */
export function hasRecommendedTools({ installs }: StageSystem): boolean {
  return installs.some(
    ({ tool, packages, command }) =>
      tool === "apt" &&
      packages.some(({ name }) => name === "python3-pip") &&
      !command.words.some(({ text }) => /^--no-install-recommends$|Install-Recommends=/.test(text)),
  );
}

function namesOf({ packages }: SystemInstall): readonly string[] {
  return packages.map(({ name }) => name);
}

/** False when a word is a variable, a pattern, a package file or a list that another command makes. */
function isReadable({ command }: SystemInstall): boolean {
  return (
    command.name !== "xargs" && command.words.every((word) => word.isKnown && !/[*]|\.(deb|rpm|apk)$/.test(word.text))
  );
}

function lineageOf({ walk: { stages } }: ImageFacts, stageIndex: number): readonly Stage[] {
  const chain: Stage[] = [];
  for (let stage = stages[stageIndex]; stage !== undefined;) {
    chain.unshift(stage);
    const { base, index } = stage;
    stage = base.kind === "stage" && base.index < index ? stages[base.index] : undefined;
  }
  return chain;
}
