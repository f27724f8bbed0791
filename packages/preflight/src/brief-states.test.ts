import { beforeAll, describe, expect, it } from "vitest";
import { loadReaders } from "#testing/judge-fixture.js";
import type { PreflightResult } from "#model/result.js";
import { memoryTree } from "#tree/memory-tree.js";
import { judgeTree } from "./preflight.js";

/** The three broken states that the brief's documents describe, and the same projects mended. */
const judge = (files: Record<string, string>): Promise<PreflightResult> => judgeTree(memoryTree(files), { root: "/" });

/** Errors that block, as `US101 Dockerfile:3`. */
const errorsOf = ({ verdict }: PreflightResult): readonly string[] =>
  verdict.findings
    .filter(({ level }) => level === "error")
    .map(({ ruleId, location }) => `${ruleId} ${location.path}:${location.line}`)
    .toSorted();

const beyondNotes = ({ verdict }: PreflightResult): readonly string[] =>
  verdict.findings
    .filter(({ level }) => level !== "note")
    .map(({ ruleId, location, message }) => `${ruleId} ${location.path}:${location.line} ${message}`);

const lines = (...text: readonly string[]): string => `${text.join("\n")}\n`;

const ignored = { ".dockerignore": ".git\n*.md\n", ".gitignore": "__pycache__/\n" };

beforeAll(loadReaders);

describe("model path, PYTHONPATH and libGL", () => {
  const handler = lines(
    "import os",
    "",
    "import cv2",
    "import runpod",
    "from wan.animate import WanAnimate",
    "",
    'pipeline = WanAnimate(os.environ["MODEL_PATH"])',
    "",
    "",
    "def handler(job):",
    '    picture = cv2.imread(job["input"]["picture"])',
    '    return {"height": picture.shape[0], "name": str(pipeline)}',
    "",
    "",
    'runpod.serverless.start({"handler": handler})',
  );
  const requirements = lines("runpod==1.7.9", "opencv-python==4.10.0.84", "numpy==1.26.4", "torch==2.4.1");
  const dockerfile = (sound: boolean) =>
    lines(
      "FROM python:3.10-slim-bookworm",
      `RUN apt-get update && apt-get install -y git${sound ? " libgl1 libglib2.0-0" : ""} && rm -rf /var/lib/apt/lists/*`,
      "WORKDIR /app",
      "COPY requirements.txt .",
      'RUN pip install --no-cache-dir -r requirements.txt "huggingface-hub<1"',
      "RUN git clone https://github.com/example/wan.git /opt/wan && git -C /opt/wan checkout 0123456789abcdef0123456789abcdef01234567",
      "RUN huggingface-cli download example/animate --revision 0123456 --local-dir /models/Animate-14B",
      `ENV MODEL_PATH=/models/${sound ? "Animate-14B" : "animate"}`,
      `ENV PYTHONUNBUFFERED=1${sound ? " PYTHONPATH=/opt/wan" : ""}`,
      "COPY handler.py .",
      'CMD ["python", "handler.py"]',
    );

  it("is NO-GO at the lines that are wrong", async () => {
    const result = await judge({
      ...ignored,
      Dockerfile: dockerfile(false),
      "handler.py": handler,
      "requirements.txt": requirements,
    });
    expect(result.verdict.verdict).toBe("NO-GO");
    expect(errorsOf(result)).toEqual(["US203 Dockerfile:8", "US304 handler.py:5", "US401 requirements.txt:2"]);
    expect(result.verdict.phases.build.verdict).not.toBe("NO-GO");
    expect(result.verdict.phases.start.verdict).toBe("NO-GO");
  });

  it("is GO when the three are mended", async () => {
    const result = await judge({
      ...ignored,
      Dockerfile: dockerfile(true),
      "handler.py": handler,
      "requirements.txt": requirements,
    });
    expect(beyondNotes(result)).toEqual([]);
    expect(result.verdict.verdict).toBe("GO");
  });
});

describe("try/except flattened with semicolons", () => {
  const handler = lines(
    "import runpod",
    "",
    "",
    "def handler(job):",
    '    return {"echo": job["input"]["text"]}',
    "",
    "",
    'runpod.serverless.start({"handler": handler})',
  );
  const dockerfile = (...check: readonly string[]) =>
    lines(
      "# syntax=docker/dockerfile:1.7",
      "FROM python:3.10-slim-bookworm",
      "ENV PYTHONUNBUFFERED=1",
      "WORKDIR /app",
      "RUN pip install --no-cache-dir runpod==1.7.9",
      ...check,
      "COPY handler.py .",
      'CMD ["python", "handler.py"]',
    );

  it("is NO-GO at the line of the semicolon", async () => {
    const check = `RUN python -c "import sys; try: import runpod; print('ok'); except ImportError as error: print(error); sys.exit(1)"`;
    const result = await judge({ ...ignored, Dockerfile: dockerfile(check), "handler.py": handler });
    expect(result.verdict.verdict).toBe("NO-GO");
    expect(errorsOf(result)).toEqual(["US303 Dockerfile:6"]);
    expect(result.verdict.phases.build.verdict).toBe("NO-GO");
  });

  it("is GO as a here-document", async () => {
    const check = ["RUN python <<'PY'", "import runpod", "print('ok', runpod.__version__)", "PY"];
    const result = await judge({ ...ignored, Dockerfile: dockerfile(...check), "handler.py": handler });
    expect(beyondNotes(result)).toEqual([]);
    expect(result.verdict.verdict).toBe("GO");
  });
});

describe("COPY of files that have other names", () => {
  const files = {
    ...ignored,
    "runpod-handler.py": lines(
      "import runpod",
      "from s3_client import upload",
      "",
      "",
      "def handler(job):",
      '    return {"url": upload(job["input"]["text"])}',
      "",
      "",
      'runpod.serverless.start({"handler": handler})',
    ),
    "s3_utils.py": lines(
      "from config import BUCKET",
      "",
      "",
      "def upload(text):",
      '    return f"s3://{BUCKET}/{len(text)}"',
    ),
    "setup_network_venv.py": lines('BUCKET = "results"'),
  };
  const dockerfile = (...copies: readonly string[]) =>
    lines(
      "FROM python:3.10-slim-bookworm",
      "ENV PYTHONUNBUFFERED=1",
      "WORKDIR /app",
      ...copies,
      'CMD ["python", "handler.py"]',
    );

  it("is NO-GO at each of the five lines", async () => {
    const broken = dockerfile(
      "COPY requirements.txt .",
      "RUN pip install --no-cache-dir -r requirements.txt",
      "COPY handler.py .",
      "COPY config.py .",
      "COPY s3_client.py .",
      "COPY setup_environment.py .",
    );
    const result = await judge({ ...files, Dockerfile: broken });
    expect(result.verdict.verdict).toBe("NO-GO");
    expect(errorsOf(result)).toEqual([4, 6, 7, 8, 9].map((line) => `US101 Dockerfile:${line}`));
  });

  it("is GO with the files mapped to their names", async () => {
    const sound = dockerfile(
      "RUN pip install --no-cache-dir runpod==1.7.9",
      "COPY runpod-handler.py ./handler.py",
      "COPY setup_network_venv.py ./setup_environment.py",
      "COPY s3_utils.py ./s3_client.py",
      "RUN echo 'from setup_environment import *' > config.py",
    );
    const result = await judge({ ...files, Dockerfile: sound });
    expect(beyondNotes(result)).toEqual([]);
    expect(result.verdict.verdict).toBe("GO");
  });
});
