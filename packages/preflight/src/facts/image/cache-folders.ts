import { posix } from "node:path";

/** Libraries whose cache folder is known. */
export type CacheLibrary =
  | "huggingface"
  | "transformers"
  | "torch"
  | "whisper"
  | "coqui"
  | "cached-path"
  | "modelscope"
  | "insightface"
  | "nltk"
  | "pip"
  | "uv";

/** Where a library keeps what it fetched. */
export interface CacheFolder {
  readonly library: CacheLibrary;
  /** The variable that decided; undefined: the library's default. */
  readonly variable: string | undefined;
  readonly folder: string;
}

/** One way to the folder: the value of `variable`, then `below`. */
interface Source {
  readonly variable: string;
  readonly below: string;
}

/**
 * First variable that is set wins; else `fallback` below the home folder.
 * - huggingface: huggingface_hub/constants.py. DIFFUSERS_CACHE is not here: diffusers reads this one only.
 * - transformers: transformers/utils/hub.py of version 4; version 5 reads the huggingface ones only.
 * - torch: torch/hub.py, `_get_torch_home`. whisper: whisper/__init__.py, `load_model`.
 * - coqui: TTS/utils/generic_utils.py, `get_user_data_dir`. cached-path: cached_path/common.py.
 * - modelscope: modelscope/utils/file_utils.py. insightface: the parameter `root` only, no variable.
 * - nltk: nltk/downloader.py, `default_download_dir`. pip, uv: their documents on caching.
 */
const sources: Readonly<Record<CacheLibrary, { readonly from: readonly Source[]; readonly fallback: string }>> = {
  huggingface: {
    from: [
      { variable: "HF_HUB_CACHE", below: "" },
      { variable: "HUGGINGFACE_HUB_CACHE", below: "" },
      { variable: "HF_HOME", below: "hub" },
      { variable: "XDG_CACHE_HOME", below: "huggingface/hub" },
    ],
    fallback: ".cache/huggingface/hub",
  },
  transformers: {
    from: [
      { variable: "TRANSFORMERS_CACHE", below: "" },
      { variable: "HF_HUB_CACHE", below: "" },
      { variable: "HUGGINGFACE_HUB_CACHE", below: "" },
      { variable: "HF_HOME", below: "hub" },
      { variable: "XDG_CACHE_HOME", below: "huggingface/hub" },
    ],
    fallback: ".cache/huggingface/hub",
  },
  torch: {
    from: [
      { variable: "TORCH_HOME", below: "hub" },
      { variable: "XDG_CACHE_HOME", below: "torch/hub" },
    ],
    fallback: ".cache/torch/hub",
  },
  whisper: { from: [{ variable: "XDG_CACHE_HOME", below: "whisper" }], fallback: ".cache/whisper" },
  coqui: {
    from: [
      { variable: "TTS_HOME", below: "tts" },
      { variable: "XDG_DATA_HOME", below: "tts" },
    ],
    fallback: ".local/share/tts",
  },
  "cached-path": { from: [{ variable: "CACHED_PATH_CACHE_ROOT", below: "" }], fallback: ".cache/cached_path" },
  modelscope: { from: [{ variable: "MODELSCOPE_CACHE", below: "" }], fallback: ".cache/modelscope/hub" },
  insightface: { from: [], fallback: ".insightface" },
  nltk: { from: [{ variable: "NLTK_DATA", below: "" }], fallback: "nltk_data" },
  pip: {
    from: [
      { variable: "PIP_CACHE_DIR", below: "" },
      { variable: "XDG_CACHE_HOME", below: "pip" },
    ],
    fallback: ".cache/pip",
  },
  uv: {
    from: [
      { variable: "UV_CACHE_DIR", below: "" },
      { variable: "XDG_CACHE_HOME", below: "uv" },
    ],
    fallback: ".cache/uv",
  },
};

/** Every known cache folder for an environment. Without HOME, the home of root, as Docker sets it for root. */
export function cacheFolders(environment: ReadonlyMap<string, string>): readonly CacheFolder[] {
  return (Object.keys(sources) as CacheLibrary[]).map((library) => cacheFolderOf(library, environment));
}

/** The cache folder of one library for an environment. */
export function cacheFolderOf(library: CacheLibrary, environment: ReadonlyMap<string, string>): CacheFolder {
  const home = environment.get("HOME") ?? "/root";
  const { from, fallback } = sources[library];
  for (const { variable, below } of from) {
    const value = environment.get(variable);
    if (value === undefined || value === "") continue;
    return { library, variable, folder: posix.join(value.replace(/^~(?=\/|$)/, home), below) };
  }
  return { library, variable: undefined, folder: posix.join(home, fallback) };
}
