import { beforeAll, describe, expect, it } from "vitest";
import { loadPython } from "#facts/python/grammar.js";
import { readPython } from "#facts/python/read-python.js";
import { mappedFile } from "#model/mapped-text.js";
import { commandOf } from "#testing/command-of.js";
import { type ModelUseParts, readModelUses } from "./model-uses.js";

beforeAll(loadPython);

/** Uses of an image that runs `handler.py` in `/app`, told as `from name value`. */
function uses(code: string, environment: Readonly<Record<string, string>> = {}, command = "python handler.py") {
  const start = commandOf(command);
  const module = { imagePath: "/app/handler.py", projectPath: "handler.py", isReachable: true, reachedBy: [] };
  const image = {
    runtimeEnvironment: new Map(Object.entries(environment)),
    environmentLine: () => ({ path: "Dockerfile", line: 9 }),
    entry: { commands: [start], pythonFiles: [{ path: "/app/handler.py", command: start }], pythonModules: [] },
    python: { modules: [{ ...module, module: readPython(mappedFile("handler.py", code)) }] },
    files: undefined,
    downloads: [],
  } as unknown as ModelUseParts;
  return readModelUses(image);
}

const told = (...given: Parameters<typeof uses>) => uses(...given).map((use) => `${use.from} ${use.name} ${use.value}`);

describe("models that the image looks for", () => {
  it.each([
    [{ MODEL_PATH: "/models/wan2.2-animate" }, ["ENV MODEL_PATH /models/wan2.2-animate"]],
    [{ WAN_CKPT_DIR: "/x/y/" }, ["ENV WAN_CKPT_DIR /x/y"]],
    [{ WAN_DIR: "/workspace/models/wan" }, ["ENV WAN_DIR /workspace/models/wan"]],
    [{ MODEL_ID: "Wan-AI/Wan2.2-Animate-14B" }, ["ENV MODEL_ID Wan-AI/Wan2.2-Animate-14B"]],
    [{ MODEL_CACHE: "/models/x" }, []],
    [{ HF_HOME: "/models/hf", PATH: "/models/bin:/bin", PYTHONPATH: "/models/x" }, []],
    [{ MODEL_NAME: "large-v3", LOG_FILE: "/var/log/x" }, []],
  ])("ENV %o", (environment, expected) => {
    expect(told("", environment)).toEqual(expected);
  });

  it.each([
    ["import os\nP = os.getenv('MODEL_PATH', '/models/x')", ["code MODEL_PATH /models/x"]],
    ["import torch\ntorch.load('/models/x.pth')", ["code model_path /models/x.pth"]],
    ["import torch\ntorch.load('checkpoints/x.pth')", ["code model_path /app/checkpoints/x.pth"]],
    ["M.from_pretrained('/opt/vae')", ["code model_id /opt/vae"]],
    ["M.from_pretrained('a/b')", ["code model_id a/b"]],
    ["load(ckpt_path='/opt/x')", ["code ckpt_path /opt/x"]],
    ["pipe.load_lora_weights('/opt/lora', weight_name='high/x.safetensors')", ["code model_path /opt/lora"]],
    ["save(output_path='/opt/x.safetensors')", []],
    ["open('/opt/x.onnx')", ["code path /opt/x.onnx"]],
    ["p.add_argument('--model_path', default='/opt/x')", ["code --model_path /opt/x"]],
    [
      "def f():\n  c = ['python', 'g.py',\n    '--ckpt_dir', '/models/A/', '--out', '/tmp/x']\n  run(c)",
      ["code --ckpt_dir /models/A"],
    ],
    ["from huggingface_hub import snapshot_download\nsnapshot_download('a/b', local_dir='/models/b')", []],
    ["import os\nos.makedirs('/models/x')\nos.path.exists('/models/x.pth')", []],
    ["print('/models/x.pth')\nopen('/tmp/x.mp4')", []],
  ])("%s", (code, expected) => {
    expect(told(code)).toEqual(expected);
  });

  it("reads flags of the start command", () => {
    expect(told("", {}, "python handler.py --model-path=/opt/x --port 80")).toEqual(["command --model-path /opt/x"]);
    expect(told("", {}, "vllm serve --model a/b")).toEqual(["command --model a/b"]);
  });

  it("joins a path to a variable of the image, and leaves the code's default out where ENV sets it", () => {
    const code = "import os, torch\nROOT = os.environ.get('MODEL_PATH', '/models/a')\ntorch.load(f'{ROOT}/x.pth')\n";
    expect(told(code, { MODEL_PATH: "/models/b" })).toEqual([
      "ENV MODEL_PATH /models/b",
      "code model_path /models/b/x.pth",
    ]);
    expect(told(code)).toEqual(["code MODEL_PATH /models/a", "code model_path /models/a/x.pth"]);
  });

  it("tells the line of a flag in a list that goes over several", () => {
    const code = "run([\n  'python',\n  '--ckpt_dir',\n  '/models/A',\n])\n";
    expect(uses(code)[0]?.location).toEqual({ path: "handler.py", line: 4 });
  });
});
