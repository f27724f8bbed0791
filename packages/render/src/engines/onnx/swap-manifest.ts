import { basename, dirname, join } from "node:path";
import { openRegularFile } from "#media/regular-file.js";
import { UnderstudyError } from "#model/errors.js";
import { familyDefaults, swapFamilies } from "./family-defaults.js";
import type { CropTemplate } from "./five-points.js";
import { swapManifestSchema, type WrittenFile, type WrittenSource } from "./manifest-schema.js";
import type { ColourScale } from "./read-crop.js";

/** Bytes of a manifest; a long one has 2,000. */
const maxManifestBytes = 65_536;

/** One file that a swap model is made of. */
export interface SwapModelFile {
  /** What it is in the model, such as `swap model`. */
  readonly role: "swap model" | "embedder" | "embedding converter";
  readonly path: string;
  readonly sha256: string;
  readonly licence: string;
  readonly commercialUse: boolean;
  readonly origin: string;
}

/** How the model is told whose face to draw. */
export type SwapSource =
  | {
      readonly kind: "embedding";
      readonly embedder: SwapModelFile & Alignment;
      readonly converter?: SwapModelFile;
      /** Whether the embedding is brought to length 1, after the converter and before the projection. */
      readonly normalised: boolean;
      /** Multiplied with the last constant of the swap model's own file. */
      readonly projection: boolean;
    }
  | ({ readonly kind: "image" } & Alignment);

/** How a face is cut out for a network. */
export interface Alignment {
  readonly sidePixels: number;
  readonly template: CropTemplate;
  readonly normalise: ColourScale;
}

/** A manifest that was parsed: a swap model and all that is needed to use it. */
export interface SwapManifest extends Alignment {
  readonly name: string;
  readonly model: SwapModelFile;
  readonly source: SwapSource;
  /** Values of the model's output that stand for 0 and 255. */
  readonly outputRange: readonly [number, number];
  readonly inputs: { readonly source: string; readonly target: string };
  readonly providers: readonly ["cpu"] | readonly ["cuda", "cpu"];
}

/**
 * Reads the manifest of a swap model; no file that it names is touched.
 * @throws UnderstudyError `file-missing`, `bad-model`.
 */
export async function readSwapManifest(path: string): Promise<SwapManifest> {
  return parseSwapManifest(await readText(path), path);
}

/** @param path where the text lies. @throws UnderstudyError `bad-model`. */
export function parseSwapManifest(manifest: string, path: string): SwapManifest {
  const bad = (problem: string) => new UnderstudyError("bad-model", `The model manifest ${basename(path)} ${problem}.`);
  let given: unknown;
  try {
    given = JSON.parse(manifest);
  } catch {
    throw bad("is not JSON");
  }
  const parsed = swapManifestSchema.safeParse(withDefaults(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw bad(`cannot be used: ${issue?.path.join(".") || "its top"}: ${issue?.message}`);
  }
  const value = parsed.data;
  const fileOf = (role: SwapModelFile["role"], { file, sha256, ...own }: WrittenFile): SwapModelFile => ({
    role,
    path: join(dirname(path), file),
    sha256,
    licence: own.licence ?? value.licence,
    commercialUse: own.commercialUse ?? value.commercialUse,
    origin: own.origin ?? value.origin,
  });
  return {
    name: value.name,
    model: fileOf("swap model", value.model),
    sidePixels: value.size,
    template: value.template,
    normalise: value.normalise,
    source: sourceOf(value.source, fileOf),
    outputRange: value.output.range,
    inputs: value.inputs,
    providers: value.providers === "cuda" ? ["cuda", "cpu"] : ["cpu"],
  };
}

/** Every file of a model, the swap model first. */
export function filesOf({ model, source }: SwapManifest): readonly SwapModelFile[] {
  if (source.kind === "image") return [model];
  return [model, source.embedder, ...(source.converter === undefined ? [] : [source.converter])];
}

function sourceOf(
  given: WrittenSource,
  fileOf: (role: SwapModelFile["role"], file: WrittenFile) => SwapModelFile,
): SwapSource {
  if (given.kind === "image") {
    return { kind: "image", sidePixels: given.size, template: given.template, normalise: given.normalise };
  }
  const { size: sidePixels, template, normalise, ...file } = given.embedder;
  return {
    kind: "embedding",
    embedder: { ...fileOf("embedder", file), sidePixels, template, normalise },
    ...(given.converter !== undefined && { converter: fileOf("embedding converter", given.converter) }),
    normalised: given.normalised,
    projection: given.projection !== undefined,
  };
}

/** What the family implies stands below what the manifest says. */
function withDefaults(given: unknown): unknown {
  if (!isRecord(given)) return given;
  const family = swapFamilies.find((name) => name === given["family"]);
  if (family === undefined) return given;
  const { source: sourceDefaults, ...defaults } = familyDefaults[family];
  const { source: own } = given;
  return { ...defaults, ...given, source: isRecord(own) || own === undefined ? { ...sourceDefaults, ...own } : own };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

async function readText(path: string): Promise<string> {
  const { file, byteLength } = await openRegularFile(path, "file-missing");
  try {
    if (byteLength > maxManifestBytes) {
      throw new UnderstudyError("bad-model", `The model manifest ${basename(path)} has more than 64 KB.`);
    }
    const bytes = Buffer.alloc(maxManifestBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
