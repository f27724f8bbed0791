import { describe, expect, it } from "vitest";
import { commandOf, wordOf } from "#testing/command-of.js";
import { fetchedByCommand } from "./download-commands.js";

const hub = "https://huggingface.co/a/b/resolve/main/model.safetensors";

describe("weights that a command fetches", () => {
  it.each([
    ["huggingface-cli download a/b --local-dir /models/b", "a/b", "/models/b"],
    ["hf download a/b --local-dir models", "a/b", "/app/models"],
    ["hf download a/b unet.pt --local-dir /m --local-dir-use-symlinks False", "a/b", "/m/unet.pt"],
    ["uvx hf download a/b --local-dir=/m", "a/b", "/m"],
    ["hf download a/b --include *.safetensors --local-dir /m", "a/b", "/m"],
    [`wget ${hub}`, hub, "/app/model.safetensors"],
    [`wget -q -O /m/x.safetensors ${hub}?download=true`, hub, "/m/x.safetensors"],
    [`wget -qO /m/x.safetensors ${hub}`, hub, "/m/x.safetensors"],
    [`wget -nc -P /m ${hub}`, hub, "/m/model.safetensors"],
    [`curl -L -o /m/x.pth https://x.org/x`, "https://x.org/x", "/m/x.pth"],
    [`curl -LO ${hub}`, hub, "/app/model.safetensors"],
    [`curl -L --output-dir /m -O ${hub}`, hub, "/m/model.safetensors"],
    [`aria2c -x 16 -d /m -o x.ckpt ${hub}`, hub, "/m/x.ckpt"],
    [
      "wget -O m.st https://civitai.com/api/download/models/12",
      "https://civitai.com/api/download/models/12",
      "/app/m.st",
    ],
    [
      "wget https://github.com/deepinsight/insightface/releases/download/v0.7/buffalo_l.zip",
      "https://github.com/deepinsight/insightface/releases/download/v0.7/buffalo_l.zip",
      "/app/buffalo_l.zip",
    ],
    ["modelscope download --model a/b --local_dir /m", "modelscope:a/b", "/m"],
    ["python3 -m nltk.downloader -d /nltk punkt", "nltk:punkt", "/nltk"],
    [
      "gdown --id 1AbCdEfGhIjKlMnOpQrStUvWxYz -O /m/x.pth",
      "https://drive.google.com/file/d/1AbCdEfGhIjKlMnOpQrStUvWxYz",
      "/m/x.pth",
    ],
  ])("%s", (command, what, path) => {
    expect(fetchedByCommand(commandOf(command))).toMatchObject([{ what, path }]);
  });

  it.each([
    "wget https://astral.sh/uv/install.sh",
    "curl -fsSL https://deb.nodesource.com/setup_18.x",
    "wget https://mirrors.example.org/libiconv-1.15.tar.gz",
    "wget -O get.json https://huggingface.co/a/b/resolve/main/config.json",
    `curl -sI ${hub}`,
    "hf download a/b --repo-type dataset",
    "hf upload a/b",
    "hf login",
    "aria2c https://x.org/list.txt",
    "python3 -m http.server",
  ])("%s fetches none", (command) => {
    expect(fetchedByCommand(commandOf(command))).toEqual([]);
  });

  it("names each file below --local-dir, where the library puts it", () => {
    const fetched = fetchedByCommand(commandOf("hf download a/b whisper/tiny.pt unet.pt --local-dir /app/whisper"));
    expect(fetched.map((each) => each.path)).toEqual(["/app/whisper/whisper/tiny.pt", "/app/whisper/unet.pt"]);
  });

  it("goes to the cache of the moment without --local-dir", () => {
    const environment = new Map([["HF_HOME", "/runpod-volume/hf"]]);
    expect(fetchedByCommand(commandOf("hf download a/b", { environment }))).toMatchObject([
      { path: undefined, cacheFolder: "/runpod-volume/hf/hub" },
    ]);
    expect(fetchedByCommand(commandOf("hf download a/b --cache-dir /c", { environment }))[0]?.cacheFolder).toBe("/c");
  });

  it("knows no place where a variable is not known, and keeps no query and no password", () => {
    expect(fetchedByCommand(commandOf("hf download a/b --local-dir $DIR"))).toMatchObject([
      { path: undefined, cacheFolder: undefined },
    ]);
    expect(fetchedByCommand(commandOf("wget https://u:secret@x.org/m.pth?token=secret"))[0]?.what).toBe(
      "https://x.org/m.pth",
    );
  });

  it("follows standard output into a file", () => {
    const redirects = [{ operator: ">", descriptor: undefined, target: wordOf("m.pth"), line: 1 }];
    expect(fetchedByCommand(commandOf("curl -L https://x.org/m.pth", { redirects }))[0]?.path).toBe("/app/m.pth");
    expect(fetchedByCommand(commandOf("wget -qO- https://x.org/m.pth"))).toEqual([]);
  });
});
