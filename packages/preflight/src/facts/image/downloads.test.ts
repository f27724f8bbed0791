import { beforeAll, describe, expect, it } from "vitest";
import { loadPython } from "#facts/python/grammar.js";
import { readPython } from "#facts/python/read-python.js";
import { mappedFile } from "#model/mapped-text.js";
import { commandOf, runOf } from "#testing/command-of.js";
import { imageOf } from "#testing/image-of.js";
import { readClones } from "./clones.js";
import { type DownloadParts, readDownloads } from "./downloads.js";
import type { ImagePath, RunFacts } from "./image-facts.js";

beforeAll(loadPython);

const fetchCode = "from huggingface_hub import snapshot_download\ndef main():\n  snapshot_download('a/b')\nmain()\n";

/** An image of these runs, files of code (those of `reachable` run at start) and copied or staged paths. */
function downloads(given: {
  readonly runs?: readonly RunFacts[];
  readonly code?: Readonly<Record<string, string>>;
  readonly reachable?: readonly string[];
  readonly paths?: readonly Pick<ImagePath, "path" | "origin">[];
  readonly start?: string;
  readonly environment?: Readonly<Record<string, string>>;
}) {
  const { runs = [], code = {}, reachable = [], paths = [], start = "python -u handler.py", environment = {} } = given;
  const command = commandOf(start);
  const image = {
    runs,
    walk: { stages: runs.map((run) => run.stage) },
    lineage: runs.filter((run) => run.isInFinalImage).map((run) => run.stage),
    finalStage: { index: 7 },
    clones: readClones(runs),
    entry: { commands: [command], pythonFiles: [{ path: "/app/handler.py", command }], pythonModules: [] },
    python: {
      embedded: [],
      modules: Object.entries(code).map(([imagePath, text]) => ({
        imagePath,
        module: readPython(mappedFile(imagePath.slice(5), text)),
        isReachable: reachable.includes(imagePath),
      })),
    },
    files: { paths: paths.map((path) => ({ ...path, location: { path: "Dockerfile", line: 3 }, stageIndex: 7 })) },
    runtimeEnvironment: new Map(Object.entries(environment)),
  } as unknown as DownloadParts;
  return readDownloads(image);
}

describe("weights of an image", () => {
  it("come from commands of RUN, with the fate of the command", () => {
    const fate = { kind: "swallowed", by: "|| true", line: 1 } as const;
    const run = runOf([commandOf("hf download a/b --local-dir /models/b", { fate })]);
    expect(downloads({ runs: [run] })).toEqual([
      {
        kind: "hf",
        what: "a/b",
        path: "/models/b",
        cacheFolder: undefined,
        when: "build",
        stageIndex: 0,
        isInFinalImage: true,
        location: { path: "Dockerfile", line: 1 },
        fate,
      },
    ]);
  });

  it("come from a Python file that RUN runs, with the cache of that moment", () => {
    const environment = new Map([["HF_HOME", "/baked"]]);
    const run = runOf([commandOf("python3 -u fetch.py", { environment })]);
    expect(downloads({ runs: [run], code: { "/app/fetch.py": fetchCode } })).toMatchObject([
      { what: "a/b", cacheFolder: "/baked/hub", when: "build", location: { path: "fetch.py", line: 3 } },
    ]);
  });

  it("come at start from reachable code, with the cache of the running image", () => {
    const code = { "/app/handler.py": fetchCode, "/app/unused.py": fetchCode };
    expect(
      downloads({ code, reachable: ["/app/handler.py"], environment: { HF_HOME: "/runpod-volume/hf" } }),
    ).toMatchObject([
      { what: "a/b", cacheFolder: "/runpod-volume/hf/hub", when: "start", location: { path: "handler.py" } },
    ]);
  });

  it("go to the folder that the code itself sets before it fetches", () => {
    const code = { "/app/handler.py": `import os\nos.environ["HF_HOME"] = "/baked"\n${fetchCode}` };
    const given = { code, reachable: ["/app/handler.py"] };
    expect(downloads({ ...given, environment: { HF_HOME: "/other" } })[0]?.cacheFolder).toBe("/baked/hub");
    const softly = { "/app/handler.py": `import os\nos.environ.setdefault("HF_HOME", "/baked")\n${fetchCode}` };
    expect(downloads({ ...given, code: softly })[0]?.cacheFolder).toBe("/baked/hub");
    expect(downloads({ ...given, code: softly, environment: { HF_HOME: "/other" } })[0]?.cacheFolder).toBe(
      "/other/hub",
    );
  });

  it("come at start from the start command", () => {
    expect(downloads({ start: "wget -P /models https://x.org/m.pth" })).toMatchObject([
      { kind: "url", path: "/models/m.pth", when: "start" },
    ]);
  });

  it("come from a clone of a model repository, unless git-lfs leaves the weights out", () => {
    const clone = "git clone https://huggingface.co/a/b /models/b";
    expect(downloads({ runs: [runOf([clone])] })).toMatchObject([{ kind: "hf", what: "a/b", path: "/models/b" }]);
    const environment = new Map([["GIT_LFS_SKIP_SMUDGE", "1"]]);
    expect(downloads({ runs: [runOf([commandOf(clone, { environment })])] })).toEqual([]);
    expect(downloads({ runs: [runOf(["git clone https://huggingface.co/spaces/a/b"])] })).toEqual([]);
  });

  it("come from the build context by COPY", () => {
    const paths = ["m.safetensors", "handler.py"].map((name) => ({
      path: `/app/${name}`,
      origin: { kind: "copied", contextPath: name } as const,
    }));
    expect(downloads({ paths })).toMatchObject([{ kind: "copy", what: "m.safetensors", path: "/app/m.safetensors" }]);
  });

  it("of another stage are told where the final image has them, or not in it at all", () => {
    const runs = [runOf(["wget -P /w https://x.org/m.pth", "hf download a/b"], { isInFinalImage: false })];
    const from = (path: string, to: string) => ({ path: to, origin: { kind: "stage", stageIndex: 0, path } as const });
    expect(downloads({ runs, paths: [from("/w", "/models")] })).toMatchObject([
      { path: "/models/m.pth", isInFinalImage: true },
      { what: "a/b", isInFinalImage: false },
    ]);
    expect(downloads({ runs, paths: [from("/root/.cache", "/cache")] })).toMatchObject([
      { path: "/w/m.pth", isInFinalImage: false },
      { cacheFolder: "/cache/huggingface/hub", isInFinalImage: true },
    ]);
  });

  it("of another stage are told where COPY puts their folder", async () => {
    const image = await imageOf({
      Dockerfile: [
        "FROM python:3.11-slim AS weights",
        "RUN hf download a/b --local-dir /w/b",
        "FROM python:3.11-slim",
        "COPY --from=weights /w /models/",
      ].join("\n"),
    });
    expect(image.downloads).toMatchObject([{ what: "a/b", path: "/models/b", isInFinalImage: true }]);
  });

  it("of named or filtered files are parts of their repository", async () => {
    const image = await imageOf({
      Dockerfile: [
        "FROM python:3.11-slim",
        "RUN hf download a/whole --local-dir /m && hf download a/file x.pt --local-dir /n",
        'RUN hf download a/some --include "*.json"',
      ].join("\n"),
    });
    expect(image.downloads.map(({ what, isPartial }) => [what, isPartial ?? false])).toEqual([
      ["a/whole", false],
      ["a/file", true],
      ["a/some", true],
    ]);
  });
});
