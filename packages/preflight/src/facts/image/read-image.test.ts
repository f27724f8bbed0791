import { describe, expect, test } from "vitest";
import { imageOf } from "#testing/image-of.js";

describe("an image", () => {
  test("the lineage goes from the base to the final stage, and leaves other stages out", async () => {
    const image = await imageOf({
      Dockerfile: "FROM ubuntu:22.04 AS base\nENV A=1\nFROM alpine AS other\nFROM base AS final\nENV B=2\n",
    });
    expect(image.lineage.map(({ name }) => name)).toEqual(["base", "final"]);
    expect(image.baseReference).toBe("ubuntu:22.04");
    expect(image.environmentLine("A")).toEqual({ path: "Dockerfile", line: 2 });
  });

  test("ARG is gone when the image runs", async () => {
    const image = await imageOf({ Dockerfile: "FROM ubuntu:22.04\nARG A=1\nENV B=2\n" });
    expect([...image.runtimeEnvironment.keys()]).toContain("B");
    expect([...image.runtimeEnvironment.keys()]).not.toContain("A");
  });

  test.each(["", "RUN echo x\n", "FROM\n", "# nothing\n"])(
    "a Dockerfile that is only %j has facts too",
    async (text) => {
      const image = await imageOf({ Dockerfile: text });
      expect(image.runs).toEqual([]);
      expect(image.files.find("/app").kind).toMatch(/absent|unknown/u);
      expect(image.entry.pythonFiles).toEqual([]);
    },
  );

  test.each([
    ["copied", "COPY install.sh /tmp/install.sh\nRUN sh /tmp/install.sh && rm /tmp/install.sh"],
    ["written by a step", "RUN echo 'git clone https://github.com/owner/name /code' > /install.sh\nRUN sh /install.sh"],
    ["mounted", "RUN --mount=type=bind,source=install.sh,target=/tmp/install.sh sh /tmp/install.sh"],
  ])("a script that is %s is followed into", async (_, lines) => {
    const image = await imageOf({
      Dockerfile: `FROM ubuntu:22.04\n${lines}\n`,
      "install.sh": "git clone https://github.com/owner/name /code\n",
    });
    expect(image.clones).toMatchObject([{ folder: "/code" }]);
  });

  test("a here-document for Python is code, not shell", async () => {
    const image = await imageOf({ Dockerfile: "FROM python:3.11\nRUN <<EOF python3\nimport os\nEOF\n" });
    expect(image.runs[0]?.script.embedded.map(({ code }) => code.text)).toEqual(["import os\n"]);
    expect(image.runs[0]?.script.embedded[0]?.code.lineAt(0)).toBe(3);
  });

  test("the exec form of RUN is one command, its words as they are", async () => {
    const image = await imageOf({ Dockerfile: `FROM ubuntu:22.04\nRUN ["echo", "it's", "$HOME && ls"]\n` });
    expect(image.buildCommands.map(({ command }) => command.words.map((word) => word.text))).toEqual([
      ["echo", "it's", "$HOME && ls"],
    ]);
  });
});

describe("where an image runs", () => {
  test.each([
    ["the SDK is installed", "RUN pip install runpod", {}],
    ["a file imports the SDK", "COPY h.py /h.py", { "h.py": "import os\nfrom runpod import serverless\n" }],
    ["the start uses the network volume", "CMD /runpod-volume/start", {}],
    ["the project is on RunPod's Hub", "RUN true", { ".runpod/hub.json": "{}" }],
  ])("serverless when %s", async (_, line, files) => {
    const image = await imageOf({ Dockerfile: `FROM python:3.11\n${line}\n`, ...files });
    expect(image.target).toBe("serverless");
    expect(image.mounts).toEqual(["/runpod-volume"]);
  });

  test("unknown when nothing tells", async () => {
    const image = await imageOf({ Dockerfile: "FROM python:3.11\nRUN pip install flask\n" });
    expect(image.target).toBeUndefined();
  });

  test("a pod, with its volume at /workspace, only when the configuration says so", async () => {
    const image = await imageOf({ Dockerfile: "FROM python:3.11\nRUN pip install runpod\n" }, { target: "pod" });
    expect([image.target, ...image.mounts]).toEqual(["pod", "/workspace"]);
  });
});

test.each([
  ["Dockerfile", 'CMD ["python", "x.py"]', "worker"],
  ["Dockerfile", "RUN pip install runpod\nCMD /start", "worker"],
  ["Dockerfile", 'CMD ["nginx"]', "service"],
  ["Dockerfile", "RUN true", "service"],
  ["base.Dockerfile", "RUN true", "base"],
  ["base/Dockerfile", "RUN true", "base"],
  ["base/Dockerfile", 'CMD ["python", "x.py"]', "worker"],
  ["Dockerfile.debug", 'CMD ["python", "x.py"]', "development"],
])("%s with %j is for: %s", async (path, lines, expected) => {
  const image = await imageOf({ [path]: `FROM python:3.11\n${lines}\n` });
  expect(image.purpose).toBe(expected);
});
