import { isUtf8 } from "node:buffer";
import type { SourceTree, TreeEntry, TreeListing } from "#tree/source-tree.js";
import type { ProjectFile } from "./project-facts.js";

/** What lies in the project's folder, before anybody asks what it means. */
export interface ProjectListing {
  /** By path, sorted. */
  readonly files: ReadonlyMap<string, ProjectFile>;
  readonly isListingCut: boolean;
  readonly isGitRepository: boolean;
  readonly skippedFolders: readonly string[];
}

/** Lists a project and reads the texts of its text files. */
export async function readProjectFiles(tree: SourceTree): Promise<ProjectListing> {
  const listing = await tree.list();
  const contents = await readTexts(tree, textCandidates(listing.entries));
  const files = new Map<string, ProjectFile>();
  for (const entry of listing.entries) {
    const gitState = listing.gitStates.get(entry.path) ?? "unknown";
    files.set(entry.path, { ...entry, gitState, text: undefined, ...contents.get(entry.path) });
  }
  return {
    files,
    isListingCut: listing.isCut,
    isGitRepository: isGitRepository(listing),
    skippedFolders: listing.skippedFolders,
  };
}

/** Longer files are no script or document that a person wrote. */
const maxTextByteLength = 1 << 20;

/** Of a Python file: ruff takes 10 s for a hostile megabyte. */
export const maxPythonByteLength = 512 << 10;

/** All texts together; a project beyond it keeps those nearest to its root. */
const textBudgetByteLength = 64 << 20;

/** git and file(1) look as far for a NUL. */
const binaryProbeByteLength = 8192;

/** Files read at the same time: enough to hide the disk, below every limit of open files. */
const readsAtOnce = 64;

const binaryName =
  /\.(?:7z|avi|bin|bmp|bz2|ckpt|db|dll|dylib|eot|exe|flac|gguf|gif|gz|heic|ico|jar|jpe?g|m4a|mkv|mov|mp3|mp4|npy|npz|o|ogg|onnx|otf|parquet|pdf|pickle|pkl|png|pt|pth|pyc|safetensors|so|sqlite3?|tar|tgz|tiff?|ttf|wasm|wav|webm|webp|whl|woff2?|xz|zip|zst)$/i;

/** Files worth opening, those nearest to the project's root first, within the budget. */
function textCandidates(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  let left = textBudgetByteLength;
  return entries
    .filter(
      (entry) => entry.kind === "file" && entry.byteLength <= maxByteLengthOf(entry) && !binaryName.test(entry.path),
    )
    .sort((a, b) => depth(a.path) - depth(b.path))
    .filter((entry) => {
      if (entry.byteLength > left) return false;
      left -= entry.byteLength;
      return true;
    });
}

function maxByteLengthOf({ path }: TreeEntry): number {
  return path.endsWith(".py") ? maxPythonByteLength : maxTextByteLength;
}

type Text = Pick<ProjectFile, "text" | "isUtf8">;

async function readTexts(tree: SourceTree, entries: readonly TreeEntry[]): Promise<ReadonlyMap<string, Text>> {
  const texts = new Map<string, Text>();
  for (let start = 0; start < entries.length; start += readsAtOnce) {
    const batch = entries.slice(start, start + readsAtOnce);
    const contents = await Promise.all(batch.map((entry) => tree.read(entry.path, maxByteLengthOf(entry))));
    batch.forEach((entry, i) => {
      const text = decodeText(contents[i]);
      if (text !== undefined) texts.set(entry.path, text);
    });
  }
  return texts;
}

/** Undefined for binary content. */
function decodeText(bytes: Uint8Array | undefined): Text | undefined {
  if (bytes === undefined || bytes.subarray(0, binaryProbeByteLength).includes(0)) return undefined;
  const text = new TextDecoder().decode(bytes);
  return text.includes("\uFFFD") && !isUtf8(bytes) ? { text, isUtf8: false } : { text };
}

function isGitRepository(listing: TreeListing): boolean {
  if (listing.skippedFolders.includes(".git")) return true;
  return [...listing.gitStates.values()].some((state) => state !== "unknown");
}

function depth(path: string): number {
  return path.split("/").length;
}
