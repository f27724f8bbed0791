import { describe, expect, test } from "vitest";
import { imageOf } from "#testing/image-of.js";
import type { ImageFacts } from "./image-facts.js";

describe("what the start command reaches", () => {
  test("imports are followed under the image's names", async () => {
    const image = await imageOf({
      Dockerfile: worker("COPY runpod-handler.py ./handler.py", "COPY lib ./lib", "COPY unused.py ."),
      "runpod-handler.py": "from lib import a\n",
      "lib/__init__.py": "",
      "lib/a.py": "from . import b\nfrom .deep.c import x\n",
      "lib/b.py": "",
      "lib/deep/c.py": "x = 1\n",
      "unused.py": "",
    });
    expect(reached(image)).toEqual([
      "/app/handler.py",
      "/app/lib/__init__.py",
      "/app/lib/a.py",
      "/app/lib/b.py",
      "/app/lib/deep/c.py",
    ]);
    expect(moduleAt(image, "/app/lib/b.py")?.reachedBy).toEqual(["/app/handler.py", "/app/lib/a.py", "/app/lib/b.py"]);
    expect(moduleAt(image, "/app/handler.py")?.projectPath).toBe("runpod-handler.py");
  });

  test.each([
    ["a process", "import subprocess\nsubprocess.run(['python', 'x.py'], cwd='/app/tools')\n"],
    [
      "a process of the same interpreter",
      "import subprocess, sys\nsubprocess.Popen([sys.executable, '/app/tools/x.py'])\n",
    ],
    ["a shell line", "import os\nos.system('cd /tmp; python /app/tools/x.py --fast')\n"],
    ["a module by its name", "import importlib\nimportlib.import_module('tools.x')\n"],
    ["a folder put on the path", "import sys\nsys.path.insert(0, '/app/tools')\nimport x\n"],
    [
      "a folder beside the file put on the path",
      "import os, sys\nsys.path.append(os.path.join(os.path.dirname(__file__), 'tools'))\nimport x\n",
    ],
    ["a lazy import", "def handler(job):\n    from tools import x\n"],
  ])("%s is followed", async (_, code) => {
    const image = await imageOf({ Dockerfile: worker("COPY . ."), "handler.py": code, "tools/x.py": "" });
    expect(moduleAt(image, "/app/tools/x.py")?.isReachable).toBe(true);
  });

  test.each([
    ["ENV PYTHONPATH=/app/src", 'CMD ["python", "handler.py"]'],
    ["RUN pip install -e /app", 'CMD ["python", "handler.py"]'],
    ["WORKDIR /app/src", 'CMD ["python", "-m", "core"]'],
    ["ENV PYTHONPATH=/app/src", 'CMD ["python", "-c", "import core"]'],
    ["RUN true", "CMD PYTHONPATH=/app/src python handler.py"],
    ["RUN true", "CMD export PYTHONPATH=src && python handler.py"],
  ])("%s and %s reach a module of src", async (line, cmd) => {
    const image = await imageOf({
      Dockerfile: `FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n${line}\n${cmd}\n`,
      "handler.py": "import core\n",
      "src/core.py": "",
      "pyproject.toml": "",
    });
    expect(moduleAt(image, "/app/src/core.py")?.isReachable).toBe(true);
  });

  test("a file written by a step is a module too", async () => {
    const image = await imageOf({
      Dockerfile: worker("COPY handler.py .", "RUN echo 'import json' > config.py"),
      "handler.py": "import config\n",
    });
    const config = moduleAt(image, "/app/config.py");
    expect(config?.isReachable).toBe(true);
    expect(config?.projectPath).toBeUndefined();
  });

  test("files that import each other end", async () => {
    const image = await imageOf({
      Dockerfile: worker("COPY . ."),
      "handler.py": "import b\n",
      "b.py": "import handler\n",
    });
    expect(reached(image)).toEqual(["/app/handler.py", "/app/b.py"].toSorted());
  });
});

describe("what an import means", () => {
  const files = {
    Dockerfile: worker(
      "COPY . .",
      "RUN pip install requests",
      "RUN git clone https://github.com/owner/name /code",
      "ENV PYTHONPATH=/code",
    ),
    "handler.py": "",
    "lib/__init__.py": "",
    "lib/a.py": "",
    "space/b.py": "",
    "json.py": "",
  };

  test.each([
    ["lib", "/app/handler.py", "module"],
    ["lib.a", "/app/handler.py", "module"],
    ["lib.b", "/app/handler.py", "absent"],
    ["space.b", "/app/handler.py", "module"],
    ["json", "/app/handler.py", "module"],
    ["os.path", "/app/handler.py", "standard-library"],
    ["requests", "/app/handler.py", "distribution"],
    [".a", "/app/lib/__init__.py", "module"],
    ["..handler", "/app/lib/a.py", "module"],
    [".gone", "/app/lib/a.py", "absent"],
    ["anything", "/app/handler.py", "clone"],
  ])("%s in %s is: %s", async (name, from, expected) => {
    const image = await imageOf(files);
    expect(image.python.resolveImport(name, from).kind).toBe(expected);
  });

  test("a folder without __init__.py is a namespace package", async () => {
    const image = await imageOf({ Dockerfile: worker("COPY . ."), "handler.py": "", "space/b.py": "" });
    expect(image.python.resolveImport("space", "/app/handler.py").kind).toBe("folder");
  });

  test("a base image that is not known may bring every package", async () => {
    const image = await imageOf({ Dockerfile: "FROM example.com/own/base:1\nCOPY a.py /app/a.py", "a.py": "" });
    expect(image.python.resolveImport("anything", "/app/a.py").kind).toBe("unknown");
  });
});

test.each([
  ["FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3.11", "3.11"],
  ['FROM ubuntu:22.04\nCMD ["python3.9", "x.py"]', "3.9"],
  ["FROM ubuntu:22.04\nRUN uv venv --python 3.12.1 /venv", "3.12"],
  ["FROM ubuntu:22.04\nRUN conda create -y -n env python=3.10", "3.10"],
  ["FROM example.com/own/base:1\nENV PYTHON_VERSION=3.10.4", "3.10"],
  ["FROM example.com/own/base:1", undefined],
])("%j has Python %s", async (text, expected) => {
  const image = await imageOf({ Dockerfile: text });
  expect(image.python.version).toBe(expected);
});

test("code in RUN is parsed with the lines of the Dockerfile", async () => {
  const image = await imageOf({ Dockerfile: 'FROM python:3.11\nRUN echo a && \\\n    python -c "import os; x = ("\n' });
  expect(image.python.embedded).toHaveLength(1);
  expect(image.python.embedded[0]?.module.syntaxErrors[0]?.line).toBe(3);
});

function worker(...lines: readonly string[]): string {
  return ["FROM python:3.11-slim", "WORKDIR /app", ...lines, 'CMD ["python", "handler.py"]'].join("\n");
}

function reached(image: ImageFacts): readonly string[] {
  return image.python.modules
    .filter((module) => module.isReachable)
    .map((module) => module.imagePath)
    .toSorted();
}

function moduleAt(image: ImageFacts, path: string) {
  return image.python.modules.find((module) => module.imagePath === path);
}
