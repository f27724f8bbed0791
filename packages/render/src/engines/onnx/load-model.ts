import { basename } from "node:path";
import { hashFile } from "#media/hash-file.js";
import { UnderstudyError } from "#model/errors.js";
import { openNetSession, type NetProviders, type NetSession } from "#nets/ort-runtime.js";
import { inspectOnnxFile, type OnnxMatrix } from "./onnx-file.js";
import type { SwapManifest, SwapModelFile } from "./swap-manifest.js";

/** The networks of a swap model, loaded and looked at. */
export interface SwapNets {
  readonly swap: NetSession;
  /** Undefined where the photo itself is the source. */
  readonly embedder?: NetSession;
  readonly converter?: NetSession;
  /** What embeddings are multiplied with; undefined for nothing. */
  readonly projection?: OnnxMatrix;
  close(): Promise<void>;
}

/** Bytes of one model file, inclusive: 4 GiB. */
const maxModelBytes = 4 * 1024 ** 3;

/**
 * Loads all networks of a model (a second or more for half a gigabyte).
 * @throws UnderstudyError `file-missing`, `input-too-large`, `weights-mismatch` for other bytes than the manifest's, `bad-model`.
 */
export async function loadSwapNets(manifest: SwapManifest): Promise<SwapNets> {
  const { model, source, inputs, sidePixels, providers } = manifest;
  const opened: NetSession[] = [];
  const close = async (): Promise<void> => {
    for (const session of opened) await session.close();
  };
  const load = async (file: SwapModelFile) => {
    const { session, lastMatrix } = await loadFile(file, providers);
    opened.push(session);
    return { session, lastMatrix };
  };
  try {
    const swap = await load(model);
    expectInputs(model, swap.session, {
      [inputs.target]: [1, 3, sidePixels, sidePixels],
      [inputs.source]: source.kind === "image" ? [1, 3, source.sidePixels, source.sidePixels] : [1, "any"],
    });
    if (source.kind === "image") return { swap: swap.session, close };
    const embedder = await load(source.embedder);
    expectOneInput(source.embedder, embedder.session, [1, 3, source.embedder.sidePixels, source.embedder.sidePixels]);
    const converter = source.converter && (await load(source.converter));
    if (source.converter && converter) expectOneInput(source.converter, converter.session, [1, "any"]);
    const projection = source.projection ? swap.lastMatrix : undefined;
    if (source.projection && projection === undefined) {
      throw badModel(model, "its last constant is no table that an embedding could be multiplied with");
    }
    return {
      swap: swap.session,
      embedder: embedder.session,
      ...(converter && { converter: converter.session }),
      ...(projection && { projection }),
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function loadFile(
  file: SwapModelFile,
  providers: NetProviders,
): Promise<{ session: NetSession; lastMatrix: OnnxMatrix | undefined }> {
  const { sha256 } = await hashFile(file.path, { maxBytes: maxModelBytes, what: `The ${file.role}` });
  if (sha256 !== file.sha256) {
    throw new UnderstudyError(
      "weights-mismatch",
      `The ${file.role} ${basename(file.path)} is not the file that its manifest means: its SHA-256 is ${sha256}.`,
      { hint: "Get the file again, or write its own SHA-256 into the manifest if you trust it." },
    );
  }
  try {
    const { hasExternalData, lastMatrix } = inspectOnnxFile(file.path);
    if (hasExternalData) throw new Error("it keeps numbers in other files; save it as one file");
    return { session: await openNetSession(file.path, providers), lastMatrix };
  } catch (cause) {
    if (cause instanceof UnderstudyError) throw cause;
    throw badModel(file, firstLine(cause), cause, providers[0] === "cuda" ? withoutCuda : {});
  }
}

const withoutCuda = {
  hint: 'Install the CUDA libraries of ONNX Runtime, or write "providers": "cpu" into the manifest.',
};

type WantedShape = readonly (number | "any")[];

function expectInputs(
  file: SwapModelFile,
  { inputs }: NetSession,
  wanted: Readonly<Record<string, WantedShape>>,
): void {
  const names = inputs.map(({ name }) => name);
  const wantedNames = Object.keys(wanted);
  if (names.length !== wantedNames.length || !wantedNames.every((name) => names.includes(name))) {
    const [expected, found] = [wantedNames, names].map((list) => list.map((name) => `"${name}"`).join(" and "));
    throw badModel(file, `it takes ${found}, the manifest says ${expected}`, undefined, {
      hint: "Name the model's inputs in the manifest: inputs.source and inputs.target.",
    });
  }
  for (const { name, type, shape } of inputs) {
    const expected = wanted[name]!;
    const fits =
      shape.length === expected.length &&
      shape.every((size, k) => typeof size === "string" || size < 1 || expected[k] === "any" || size === expected[k]);
    if (fits && type === "float32") continue;
    throw badModel(file, `its input "${name}" is ${type} ${shape.join(" x ")}, not float32 ${expected.join(" x ")}`);
  }
}

function expectOneInput(file: SwapModelFile, session: NetSession, shape: WantedShape): void {
  const [first, ...others] = session.inputs;
  if (first === undefined || others.length > 0) throw badModel(file, "it does not take exactly one input");
  expectInputs(file, session, { [first.name]: shape });
}

/** One sentence for a model that does not do what its manifest says. */
export function badModel(
  { role, path }: Pick<SwapModelFile, "role" | "path">,
  problem: string,
  cause?: unknown,
  options: { readonly hint?: string } = {},
): UnderstudyError {
  const message = `The ${role} ${basename(path)} cannot be used: ${problem.replace(/\.$/, "")}.`;
  return new UnderstudyError("bad-model", message, { ...options, ...(cause !== undefined && { cause }) });
}

/** What ONNX Runtime says, without its paths. */
function firstLine(thrown: unknown): string {
  const [line = ""] = (thrown instanceof Error ? thrown.message : String(thrown)).split("\n");
  return line.replace(/\S*[/\\]\S*/g, "...").slice(0, 200);
}
