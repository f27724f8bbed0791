import { describe, expect, it } from "vitest";
import type { Step } from "#facts/dockerfile/stage.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { BaseImage } from "#knowledge/index.js";
import { mappedFile } from "#model/mapped-text.js";
import { commandOf, runOf, wordOf } from "#testing/command-of.js";
import type { RunFacts } from "./image-facts.js";
import { readInstalls } from "./installs.js";

const base: BaseImage = {
  family: "python",
  distribution: "debian",
  release: "bookworm",
  python: "3.11",
  torch: undefined,
  cuda: undefined,
  isCudaDevel: false,
  distributions: new Set(["pip"]),
  systemPackages: new Set(["ca-certificates"]),
  programs: new Set(["python3"]),
  workdir: undefined,
  isWellKnown: true,
};

/** Reads commands in an image that holds these files. */
function installs(
  commands: readonly (string | ShellCommand)[] | readonly RunFacts[],
  files: Record<string, string> = {},
) {
  const runs = commands.map((each) => (typeof each === "object" && "step" in each ? each : runOf([each])));
  return readInstalls(
    runs,
    (path) => (files[path] === undefined ? undefined : mappedFile(path.slice("/app/".length), files[path])),
    base,
  );
}

const versions = (facts: ReturnType<typeof installs>) =>
  [...facts.distributions.values()].map((each) => each.name + each.specifier).sort();

describe("Python distributions", () => {
  it.each([
    ["pip install runpod boto3==1.2", ["boto3==1.2", "runpod"]],
    ["pip3 install -q --no-cache-dir runpod", ["runpod"]],
    ["pip3.10 install runpod", ["runpod"]],
    ["python3 -m pip install --upgrade pip setuptools", ["pip", "setuptools"]],
    ["pip --no-cache-dir install runpod", ["runpod"]],
    ["pip install torch==2.1.0+cu118 -f https://download.pytorch.org/whl/torch_stable.html", ["torch==2.1.0+cu118"]],
    ["pip install torch --index-url https://download.pytorch.org/whl/cu121 torchvision", ["torch", "torchvision"]],
    ["pip install huggingface_hub[cli,hf_transfer]", ["huggingface-hub"]],
    ["pip install torch==${TORCH_VERSION}", ["torch==${TORCH_VERSION}"]],
    ["uv pip install --system torch", ["torch"]],
    ["uv add runpod", ["runpod"]],
    ["conda install -y -c pytorch pytorch=2.1 torchvision==0.16", ["torch==2.1.*", "torchvision==0.16"]],
    ["mamba install -n base -y conda-forge::librosa", ["librosa"]],
    ["conda run -n worker pip install runpod", ["runpod"]],
    ["poetry add runpod", ["runpod"]],
    ["pipenv install --system runpod", ["runpod"]],
  ])("%s", (command, expected) => {
    const facts = installs([command]);
    expect(versions(facts)).toEqual(expected);
    expect(facts.isOpen).toBe(false);
  });

  it.each([
    "pip wheel runpod",
    "pip download runpod",
    "pip list",
    "pip config set x y",
    "uv venv /v",
    "conda clean -a",
    "uv tool install ruff",
  ])("%s installs nothing", (command) => {
    expect(installs([command]).python).toEqual([]);
  });

  it("takes no version from a redirect: the shell keeps `>=1.3.0` for itself", () => {
    const target = wordOf("=1.3.0");
    const redirects = [{ operator: ">", descriptor: undefined, target, line: 1 }];
    expect(versions(installs([commandOf("pip install runpod", { redirects })]))).toEqual(["runpod"]);
  });

  it("reads wheels and git URLs, and is open when a URL names no distribution", () => {
    const wheel = "https://x.org/flash_attn-2.7.4%2Bcu12-cp311-cp311-linux_x86_64.whl";
    expect(versions(installs([`pip install ${wheel}`]))).toEqual(["flash-attn"]);
    expect(versions(installs(["pip install git+https://github.com/huggingface/diffusers#egg=diffusers"]))).toEqual([
      "diffusers",
    ]);
    expect(installs(["pip install git+https://github.com/openai/whisper.git"]).isOpen).toBe(true);
  });

  it("follows requirement files, nested ones and constraints, with the line of each", () => {
    const facts = installs(["pip install -r requirements.txt -c constraints.txt"], {
      "/app/requirements.txt": "# worker\nrunpod>=1.6\n-r more/base.txt\nboto3\n",
      "/app/more/base.txt": "numpy<2\n-r ../requirements.txt\n",
      "/app/constraints.txt": "boto3==1.34\nscipy==1.0\n",
    });
    expect(versions(facts)).toEqual(["boto3==1.34", "numpy<2", "runpod>=1.6"]);
    expect(facts.distributions.get("runpod")?.location).toEqual({ path: "requirements.txt", line: 2 });
    expect(facts.distributions.get("numpy")?.requirementsFile).toBe("more/base.txt");
    expect(facts.isOpen).toBe(false);
  });

  it("says that it does not know what an unread file, an unknown word or a glob brings", () => {
    expect(installs(["pip install -r requirements.txt"]).python[0]?.unreadRequirements).toEqual([
      "/app/requirements.txt",
    ]);
    for (const command of [
      "pip install -r requirements.txt",
      "pip install $PACKAGES",
      "pip install /wheels/*",
      "uv sync",
    ]) {
      expect(installs([command]).isOpen, command).toBe(true);
    }
  });

  it("reads a bind mount's file from the build context", () => {
    const mounts = [{ type: "bind", source: "requirements.txt", target: "/tmp/r.txt", from: undefined, line: 1 }];
    const facts = readInstalls([runOf(["pip install -r /tmp/r.txt"], { mounts })], () => undefined, base, {
      readContext: (path) => (path === "requirements.txt" ? mappedFile(path, "runpod\n") : undefined),
    });
    expect([...facts.distributions.keys()]).toEqual(["runpod"]);
  });

  it("reads a project's dependencies and its own name from pyproject.toml", () => {
    const files = { "/app/pyproject.toml": '[project]\nname = "Worker_X"\ndependencies = ["runpod"]\n' };
    const facts = installs(["pip install -e ."], files);
    expect([...facts.distributions.keys()].sort()).toEqual(["runpod", "worker-x"]);
    expect(facts.python[0]?.projects).toEqual([{ path: "/app", isEditable: true }]);
    expect(facts.isOpen).toBe(false);
    expect(installs(["pip install -e /elsewhere"]).isOpen).toBe(true);
  });

  it("adds the extras and groups that are asked for", () => {
    const lines = [
      "[project]",
      'name = "w"',
      "dependencies = []",
      "[project.optional-dependencies]",
      'gpu = ["torch"]',
    ];
    const text = [...lines, "[dependency-groups]", 'dev = ["ruff"]', 'docs = ["mkdocs"]', ""].join("\n");
    const named = (command: string) => [...installs([command], { "/app/pyproject.toml": text }).distributions.keys()];
    expect(named("pip install .[gpu]").sort()).toEqual(["torch", "w"]);
    expect(named("uv sync --extra gpu --no-dev").sort()).toEqual(["torch", "w"]);
    expect(named("uv sync").sort()).toEqual(["ruff", "w"]);
    expect(named("uv sync --all-extras --all-groups").sort()).toEqual(["mkdocs", "ruff", "torch", "w"]);
  });

  it("forgets what is uninstalled, and what comes after counts", () => {
    expect(
      versions(installs(["pip install torch==2.0 six", "pip uninstall -y torch", "pip install torch==2.1"])),
    ).toEqual(["six", "torch==2.1"]);
    expect(versions(installs(["pip install onnxruntime", "pip uninstall -y onnxruntime"]))).toEqual([]);
  });

  it("leaves other stages out, unless the final image copies their environment", () => {
    const builder = runOf(["pip install runpod"], { stageIndex: 0, isInFinalImage: false });
    expect([...installs([builder]).distributions.keys()]).toEqual([]);
    const copy = {
      kind: "copy",
      from: { kind: "stage", index: 0 },
      sources: [{ pattern: { text: "/opt/venv", unresolved: [] }, line: 1, kind: "path", content: undefined }],
    } as unknown as Step;
    const facts = readInstalls([builder], () => undefined, base, { finalSteps: [copy] });
    expect([...facts.distributions.keys()]).toEqual(["runpod"]);
    expect(facts.python[0]?.isInFinalImage).toBe(true);
  });
});

describe("system packages", () => {
  it.each([
    ["apt-get install -y --no-install-recommends libgl1=1.4 ffmpeg", ["ffmpeg", "libgl1"]],
    ["apt-get -y -qq -o Acquire::Retries=3 install git g++ libstdc++6:amd64", ["g++", "git", "libstdc++6"]],
    ["apt install -t bookworm-backports git", ["git"]],
    ["aptitude install git", ["git"]],
    ["apk add --no-cache --virtual .build gcc musl-dev>1", ["gcc", "musl-dev"]],
    ["dnf install -y --setopt=x=y git", ["git"]],
    ["microdnf install git", ["git"]],
    ["conda install -y -c conda-forge ffmpeg=6", ["ffmpeg"]],
    ["apt-get install -y ./cuda.deb python3.?", []],
    ["apt-get update", []],
  ])("%s", (command, expected) => {
    const found = [...installs([command]).systemPackages].filter((name) => name !== "ca-certificates");
    expect(found.sort()).toEqual(expected);
  });

  it("has the base image's packages, without those that are removed", () => {
    expect([...installs(["apt-get install -y git gcc", "apt-get purge -y gcc"]).systemPackages].sort()).toEqual([
      "ca-certificates",
      "git",
    ]);
  });

  it("reads lists that xargs or cat take from a file", () => {
    const files = { "/app/packages.txt": "git # for pip\nffmpeg\n" };
    const input = { operator: "<", descriptor: undefined, target: wordOf("packages.txt"), line: 1 };
    const redirected = commandOf("xargs -r apt-get install -y", { redirects: [input] });
    const piped = commandOf("xargs apt-get install -y", { pipedFrom: commandOf("cat packages.txt") });
    const substituted = commandOf("apt-get install -y", {
      words: [...["apt-get", "install", "-y"].map((word) => wordOf(word)), wordOf("$(cat packages.txt)")],
    });
    for (const command of [redirected, piped, substituted]) {
      expect(installs([command], files).systemPackages).toContain("ffmpeg");
      expect(installs([command], files).isOpen).toBe(false);
      expect(installs([command]).isOpen).toBe(true);
    }
  });
});

it("is open on a base image that nobody knows", () => {
  expect(readInstalls([], () => undefined, undefined).isOpen).toBe(true);
  expect(readInstalls([], () => undefined, base).isOpen).toBe(false);
});
