import type { ImageFacts } from "#facts/image/image-facts.js";
import { modelCard, type ModelCard, type ModelPart } from "#knowledge/index.js";
import type { Location } from "#model/location.js";

/** Weights that the image loads, and how much card memory they take at the very least. */
export interface MemoryNeed {
  readonly model: ModelCard;
  /** Where the image names the model. */
  readonly location: Location;
  readonly parts: readonly { readonly role: string; readonly gib: number }[];
  /** Every part on the card at once. */
  readonly wholeGiB: number;
  /** What no setting that was found keeps off the card: the largest part, or all parts that `.to("cuda")` puts there. */
  readonly leastGiB: number;
  readonly isWholeResident: boolean;
}

/**
 * The most demanding model of an image. Only models whose sizes are known count, and one at a time: a worker may load
 * the next after the last. Undefined: none, or something manages the card's memory in a way that files do not tell.
 */
export function memoryNeed(image: ImageFacts): MemoryNeed | undefined {
  const words = runtimeWords(image);
  if (managesMemory(image, words)) return undefined;
  const needs = namedModels(image).flatMap((named) => needOf(named, words) ?? []);
  return needs.toSorted((a, b) => b.leastGiB - a.leastGiB)[0];
}

/**
 * Card memory for weights: 8 % for fragments and work space, 0.6 GiB for the CUDA context. Activations are left out:
 * they depend on the job, so the sum is a floor.
 */
export function withOverhead(weightsGiB: number): number {
  return weightsGiB * 1.08 + 0.6;
}

/** Driver and display take about 6 % of a card's nominal memory. */
export const usableShare = 0.94;

interface NamedModel {
  readonly model: ModelCard;
  readonly named: string;
  readonly location: Location;
}

function namedModels(image: ImageFacts): readonly NamedModel[] {
  const named = [
    ...image.modelUses.map(({ value, location }) => ({ named: value, location })),
    ...image.downloads
      .filter(({ isInFinalImage, when }) => isInFinalImage || when === "start")
      .map(({ what, location }) => ({ named: what, location })),
  ];
  return named.flatMap((each) => {
    const model = modelCard(each.named);
    return model === undefined ? [] : [{ ...each, model }];
  });
}

function needOf({ model, named, location }: NamedModel, words: string): MemoryNeed | undefined {
  const bytesEach = quantisedBytes(`${named} ${words}`);
  const parts = model.parts
    .filter(({ role }) => role !== "preprocessing")
    .map((part) => ({ role: part.role, gib: partGiB(part, bytesEach) }))
    .filter(({ gib }) => gib > 0);
  if (parts.length === 0) return undefined;
  const sum = (some: typeof parts) => some.reduce((total, { gib }) => total + gib, 0);
  const isWholeResident = /\.(?:to\(\W?cuda|cuda\()/.test(words) && !/offload|t5_cpu/.test(words);
  const largest = Math.max(...parts.map(({ gib }) => gib));
  return {
    model,
    location,
    parts,
    wholeGiB: withOverhead(sum(parts)),
    leastGiB: withOverhead(isWholeResident ? sum(parts) : largest),
    isWholeResident,
  };
}

/** A part without a known size counts nothing. Loaders may keep 32-bit files in 16 bits. */
function partGiB({ parameters, dtype, diskBytes }: ModelPart, bytesEach: number | undefined): number {
  const each = bytesEach ?? (dtype === "fp8" ? 1 : 2);
  return (parameters === undefined ? (diskBytes ?? 0) * (each / 2) : parameters * each) / 2 ** 30;
}

/** Bytes of one parameter that names of files and settings speak of; undefined: nothing smaller than the loader's own. */
function quantisedBytes(words: string): number | undefined {
  if (/q[2-5]_|nf4|int4|4.?bit|gguf|awq|gptq|svdq|nunchaku|bitsandbytes|quantiz|quanto|torchao/i.test(words))
    return 0.5;
  return /fp8|float8|int8|8.?bit|q[68]_|e4m3|e5m2/i.test(words) ? 1 : undefined;
}

/** ComfyUI, vLLM and kin move weights as the card allows; so do these calls of diffusers and accelerate. */
function managesMemory(image: ImageFacts, words: string): boolean {
  const isComfy =
    image.clones.some(({ url }) => /comfyui/i.test(url)) ||
    image.base?.family === "runpod/worker-comfyui" ||
    image.installed.distributions.has("comfy-cli") ||
    /comfyui/i.test(image.baseReference ?? "");
  return isComfy || streamsWeights.test(words);
}

const streamsWeights =
  /sequential_cpu_offload|group_offload|block_swap|blocks_to_swap|device_map\W{1,4}(?:auto|balanced)|lowvram|low_vram|dispatch_model|fsdp|ulysses|device\W{1,4}cpu\b/i;

/** Everything the running image says of itself: ENV, start commands, code that they reach. */
function runtimeWords({ runtimeEnvironment, entry, python }: ImageFacts): string {
  return [
    ...[...runtimeEnvironment].map((variable) => variable.join("=")),
    ...entry.commands.map(({ words }) => words.map(({ text }) => text).join(" ")),
    ...python.modules.filter(({ isReachable }) => isReachable).map(({ module }) => module.source.text),
  ].join("\n");
}
