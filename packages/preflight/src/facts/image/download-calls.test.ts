import { beforeAll, describe, expect, it } from "vitest";
import { loadPython } from "#facts/python/grammar.js";
import { readPython } from "#facts/python/read-python.js";
import { mappedFile } from "#model/mapped-text.js";
import { fetchedByCall } from "./download-calls.js";

beforeAll(loadPython);

/** What the calls of a module fetch when it runs in `/app`. */
function fetched(code: string, environment: Readonly<Record<string, string>> = {}) {
  const module = readPython(mappedFile("fetch.py", code));
  const moment = { module, environment: new Map(Object.entries(environment)), workdir: "/app" };
  return module.calls.flatMap((call) => fetchedByCall(call, moment));
}

const cache = "/root/.cache/huggingface/hub";

describe("weights that code fetches", () => {
  it.each([
    ["from huggingface_hub import snapshot_download as s\ns('a/b', local_dir='/m')", "a/b", "/m", undefined],
    [
      "from huggingface_hub import snapshot_download\nsnapshot_download(repo_id='a/b', cache_dir='/c')",
      "a/b",
      undefined,
      "/c",
    ],
    [
      "from huggingface_hub import hf_hub_download\nhf_hub_download('a/b', 'x.pt', local_dir='m')",
      "a/b",
      "/app/m/x.pt",
      undefined,
    ],
    ["from diffusers import AutoencoderKL\nAutoencoderKL.from_pretrained('a/b')", "a/b", undefined, cache],
    ["fetch_pretrained_model(Pipeline, 'a/b')", "a/b", undefined, cache],
    ["import whisper\nwhisper.load_model('base', download_root='/w')", "whisper:base", "/w", undefined],
    ["import whisper\nwhisper.load_model('base')", "whisper:base", undefined, "/root/.cache/whisper"],
    ["import whisperx\nwhisperx.load_model('large-v3', 'cuda')", "Systran/faster-whisper-large-v3", undefined, cache],
    [
      "from faster_whisper import WhisperModel\nWhisperModel('small')",
      "Systran/faster-whisper-small",
      undefined,
      cache,
    ],
    [
      "import whisperx\nwhisperx.load_align_model(language_code='en', device='cuda')",
      "whisperx-align:en",
      undefined,
      "/root/.cache/torch/hub",
    ],
    [
      "from TTS.api import TTS\nTTS('tts_models/en/x/y')",
      "coqui:tts_models/en/x/y",
      undefined,
      "/root/.local/share/tts",
    ],
    ["from cached_path import cached_path\ncached_path('hf://a/b/x.pt')", "a/b", undefined, "/root/.cache/cached_path"],
    [
      "from insightface.app import FaceAnalysis\nFaceAnalysis(name='buffalo_l')",
      "insightface:buffalo_l",
      undefined,
      "/root/.insightface/models",
    ],
    ["import nltk\nnltk.download('punkt_tab')", "nltk:punkt_tab", undefined, "/root/nltk_data"],
    [
      "import urllib.request\nurllib.request.urlretrieve('https://x.org/m.pth', '/m/m.pth')",
      "https://x.org/m.pth",
      "/m/m.pth",
      undefined,
    ],
    ["import subprocess\nsubprocess.run(['hf', 'download', 'a/b', '--local-dir', '/m'])", "a/b", "/m", undefined],
    ["import os\nos.system('wget -O /m/x.pt https://x.org/x.pt')", "https://x.org/x.pt", "/m/x.pt", undefined],
  ])("%s", (code, what, path, cacheFolder) => {
    expect(fetched(code)).toMatchObject([{ what, path, cacheFolder }]);
  });

  it.each([
    "AutoModel.from_pretrained('/models/x')",
    "AutoModel.from_pretrained('a/b', local_files_only=True)",
    "AutoModel.from_pretrained('a/b', local_files_only=is_offline)",
    "AutoModel.from_pretrained(name)",
    "from huggingface_hub import snapshot_download\nsnapshot_download('a/b', repo_type='dataset')",
    "import subprocess\nsubprocess.run(['ffmpeg', '-i', 'x.mp4'])",
    "import whisper\nwhisper.load_model('/models/x.pt')",
    "from f5_tts.api import F5TTS\nF5TTS(ckpt_file='/m/x.pt', vocoder_local_path='/m/vocos')",
  ])("%s fetches none", (code) => {
    expect(fetched(code)).toEqual([]);
  });

  it("F5-TTS brings its checkpoint and a vocoder", () => {
    expect(fetched("from f5_tts.api import F5TTS\nF5TTS()").map((each) => each.what)).toEqual([
      "SWivid/F5-TTS",
      "charactr/vocos-mel-24khz",
    ]);
  });

  it("fills in constants, variables of the environment and their defaults", () => {
    const code = [
      "import os",
      "from huggingface_hub import snapshot_download",
      "ROOT = os.environ.get('MODEL_ROOT', '/models')",
      "snapshot_download('a/b', local_dir=f'{ROOT}/b')",
      "snapshot_download('a/c', local_dir=os.path.join(ROOT, 'c'))",
    ].join("\n");
    expect(fetched(code).map((each) => each.path)).toEqual(["/models/b", "/models/c"]);
    expect(fetched(code, { MODEL_ROOT: "/vol" }).map((each) => each.path)).toEqual(["/vol/b", "/vol/c"]);
  });

  it("ends on constants that go round in a circle", () => {
    expect(fetched("A = f'{B}x'\nB = f'{A}y'\nM.from_pretrained(A)")).toEqual([]);
  });
});
