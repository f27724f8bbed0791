import { posix } from "node:path";
import type { ImageFacts } from "#facts/image/image-facts.js";
import { broughtBy, programProvider } from "#knowledge/index.js";
import { stageSystem } from "./stage-system.js";

/** Whether a stage may hold a program. Only programs whose packages are known can be absent. */
export function mayHaveProgram(image: ImageFacts, program: string, stageIndex: number): boolean {
  const system = stageSystem(image, stageIndex);
  const providers = programProvider(program);
  if (system?.isKnown !== true || providers.length === 0) return true;
  const { base, packages, condaPackages } = system;
  if (base?.programs.has(program) === true || condaPackages.has(program)) return true;
  if (broughtAlong.has(program) || isMadeByHand(image, program)) return true;
  return providers.some(({ tool, name }) => {
    if (tool === "driver") return true;
    if (tool === "pip") return hasDistribution(image, name);
    if (tool === "npm") return packages.has("nodejs") || base?.programs.has("npm") === true;
    return packages.has(name) || packages.has(program) || [...packages].some((each) => brings(each, name));
  });
}

/** apt packages that bring a program's package unasked. */
function brings(systemPackage: string, wanted: string): boolean {
  return broughtPrograms.get(systemPackage)?.includes(wanted) === true;
}

const broughtPrograms: ReadonlyMap<string, readonly string[]> = new Map([
  ["build-essential", ["gcc", "g++", "make", "patch", "perl"]],
  ["build-base", ["gcc", "g++", "make", "patch"]],
  ["git-lfs", ["git"]],
  ["python3-pip", ["python3"]],
  ["python3-dev", ["python3"]],
  ["python3-venv", ["python3"]],
  ["nodejs", ["npm"]],
  ["openssh-server", ["openssh-client"]],
  ["procps-ng", ["procps"]],
]);

/** Many packages bring these: their absence cannot be told. */
const broughtAlong = new Set("pkg-config perl patch file make python3 pip3 xz ps bc".split(" "));

/** pip's console scripts come with the distribution itself; what `make` and `setup.py` install, nobody can know. */
function hasDistribution({ installed, base, buildCommands }: ImageFacts, name: string): boolean {
  const isOpen = buildCommands.some(
    ({ command }) => command.name === "make" || command.words.some(({ text }) => text === "setup.py"),
  );
  if (isOpen) return true;
  const isThere = (each: string): boolean =>
    base?.distributions.has(each) === true ||
    installed.python.some(({ requirements }) => requirements.some((asked) => asked.name === each));
  return installed.isOpen || isThere(name) || broughtBy(name).some(isThere);
}

/** A static build that is unpacked, a copied or linked binary, a script from the network that installs what it likes. */
function isMadeByHand({ files, walk, buildCommands }: ImageFacts, program: string): boolean {
  const isNamed = (path: string): boolean => posix.basename(path) === program;
  return (
    files.allPaths.some(({ path }) => isNamed(path)) ||
    // `COPY --from=ghcr.io/astral-sh/uv /uv /bin/uv`: what another image holds is not listed.
    walk.stages.some(({ steps }) =>
      steps.some(
        (step) =>
          step.kind === "copy" &&
          (isNamed(step.destination.text) || step.sources.some(({ pattern }) => isNamed(pattern.text))),
      ),
    ) ||
    buildCommands.some(({ command: { name, pipedFrom } }) => pipedFrom !== undefined && /^(ba|da|z)?sh$/.test(name)) ||
    buildCommands.some(({ command: { name, words } }) =>
      words.some(({ text }, index) => index > 0 && name !== "apt-get" && name !== "apt" && isPartOf(program, text)),
    )
  );
}

function isPartOf(program: string, word: string): boolean {
  return word.split(/[/._=:-]+/).includes(program) && /[/._:-]/.test(word);
}
