import type { PythonInstall, PythonRequirement } from "#facts/image/image-facts.js";
import { admits, isCapped } from "./specifier.js";

/** A requirement that makes pip fetch another torch. */
export interface TorchReplacer {
  readonly requirement: PythonRequirement;
  /** What it asks of torch. */
  readonly floor: string;
}

/** The requirement of an install that does not go with a torch; undefined: none, or pip is told to leave torch alone. */
export function torchReplacer(
  { requirements, options }: Pick<PythonInstall, "requirements" | "options">,
  torch: string,
): TorchReplacer | undefined {
  if (keepsTorch.some((option) => options.has(option))) return undefined;
  for (const requirement of requirements) {
    const floor = requirement.name === "torch" ? requirement.specifier : floorOf(requirement);
    if (floor !== undefined && !admits(floor, torch)) return { requirement, floor };
  }
  return undefined;
}

const keepsTorch = ["--no-deps", "-c", "--constraint", "--constraints", "--override", "--overrides"];

/** Older releases ask for less: only an uncapped requirement takes the newest. */
function floorOf({ name, specifier }: PythonRequirement): string | undefined {
  return isCapped(specifier) ? undefined : torchOfNewest.get(name);
}

/** Newest releases and the torch that they ask for; measured: Requires-Dist of pip's dry run for Python 3.11, 2026-11. */
const torchOfNewest: ReadonlyMap<string, string> = new Map([
  ["xformers", ">=2.10"],
  ["whisperx", "~=2.8.0"],
  ["vllm", ">=2.14"],
  ["bitsandbytes", ">=2.4"],
  ["xfuser", ">=2.4.1"],
  // facebookresearch/sam2@2b90b9f setup.py
  ["sam2", ">=2.5.1"],
  ["sam-2", ">=2.5.1"],
]);
