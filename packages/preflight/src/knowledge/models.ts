import { dataReader } from "./read-data.js";

/** Weights that are loaded together. */
export interface ModelPart {
  /** `transformer`, `text-encoder`, `vae`, … */
  readonly role: string;
  /** Absent, here and below: not known. */
  readonly parameters?: number;
  /** As it is loaded by its own loader on a GPU. */
  readonly dtype?: "fp32" | "fp16" | "bf16" | "fp8";
  readonly diskBytes?: number;
}

/** Terms of a model's weights. */
export interface ModelLicence {
  /** SPDX id, or `LicenseRef-…` where there is none. */
  readonly spdx: string;
  readonly isCommercialAllowed: boolean;
}

/** What is known of published weights. */
export interface ModelCard {
  /** Hugging Face id, or the plain name of weights that have none. */
  readonly id: string;
  readonly parts: readonly ModelPart[];
  /** Paths inside the model's folder without which it does not load; the last part may hold `*`. */
  readonly requiredFiles: readonly string[];
  /** What a complete download weighs at least; absent: not known. */
  readonly downloadBytes?: number;
  readonly licence: ModelLicence;
  /** Where the facts were read. */
  readonly source: readonly string[];
}

interface ListedModel extends ModelCard {
  /** Last path parts, file names and loaders' short names that mean this model. */
  readonly names: readonly string[];
}

const models = dataReader<readonly ListedModel[]>("models");

/** A model by Hugging Face id, by a loader's short name (`large-v3`), or by a path or URL one of whose parts names it. */
export function modelCard(idOrPath: string): ModelCard | undefined {
  const wanted = idOrPath.toLowerCase();
  const byId = models().find((model) => model.id.toLowerCase() === wanted);
  if (byId !== undefined) return byId;
  const parts = new Set([wanted, ...wanted.split(/[/\\?#]/)]);
  return models().find(({ names }) => names.some((name) => parts.has(name.toLowerCase())));
}
