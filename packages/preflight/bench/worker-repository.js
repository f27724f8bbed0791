// Writes a worker repository of a given size: a handler, modules that import each other, start scripts, requirement
// files, test input, a hub file, documents, and three Dockerfiles. Everything is made up and the same each time.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const moduleText = (index) => `"""Part ${index} of the worker."""
import json
import logging
import os
import subprocess

${index > 0 ? `from worker.part_${Math.floor((index - 1) / 2)} import helper_${Math.floor((index - 1) / 2)}` : "import requests"}

logger = logging.getLogger(__name__)
SETTING_${index} = os.getenv("SETTING_${index}", "${index}")


class Step${index}:
    def __init__(self, folder="/tmp/work"):
        self.folder = folder
        self.values = {"name": "step-${index}", "size": ${index}}

    def run(self, source, seconds=30):
        command = ["ffmpeg", "-i", source, "-t", str(seconds), os.path.join(self.folder, "out_${index}.mp4")]
        result = subprocess.run(command, capture_output=True, timeout=600)
        if result.returncode != 0:
            raise RuntimeError(f"ffmpeg failed: {result.stderr[-200:]}")
        return json.dumps(self.values)


def helper_${index}(value):
    try:
        return [item * ${index + 1} for item in value if item is not None]
    except TypeError as error:
        logger.warning("not a list: %s", error)
        return []
${Array.from({ length: 6 }, (_, i) => `\n\ndef part_${index}_${i}(a, b=${i}, *rest, **options):\n    total = a + b\n    for number, item in enumerate(rest):\n        total += item * number\n    if options.get("double"):\n        total *= 2\n    return {"total": total, "rest": list(rest)}\n`).join("")}`;

const handler = (parts) => `import os
import runpod
from worker.part_${parts - 1} import Step${parts - 1}

MODEL_PATH = os.environ.get("MODEL_PATH", "/models/base")


def handler(job):
    source = job["input"]["source_video_url"]
    return {"output_url": Step${parts - 1}().run(source)}


runpod.serverless.start({"handler": handler})
`;

const dockerfile = (base) => `# syntax=docker/dockerfile:1.7
FROM ${base}
ENV MODEL_PATH=/models/base \\
    PYTHONUNBUFFERED=1
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends \\
    git ffmpeg curl build-essential \\
    && rm -rf /var/lib/apt/lists/*
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
RUN hf download example/base --local-dir /models/base
COPY worker ./worker
COPY handler.py start.sh ./
RUN chmod +x start.sh && python -c "import requests, runpod"
CMD ["./start.sh"]
`;

/**
 * Writes the repository.
 * @param fileCount at least 20.
 * @returns paths of its Dockerfiles.
 */
export async function writeWorkerRepository(folder, fileCount) {
  const parts = Math.floor(fileCount / 2);
  const files = {
    Dockerfile: dockerfile("pytorch/pytorch:2.4.0-cuda12.4-cudnn9-runtime"),
    "docker/Dockerfile.debug": dockerfile("nvidia/cuda:12.4.1-devel-ubuntu22.04"),
    "docker/Dockerfile.slim": dockerfile("python:3.11-slim"),
    "handler.py": handler(parts),
    "start.sh": "#!/bin/sh\nset -e\necho starting\nexec python -u handler.py\n",
    "requirements.txt": "runpod==1.7.9\nrequests>=2.31\nopencv-python-headless==4.10.0.84\nnumpy<2\n",
    "test_input.json": '{"input": {"source_video_url": "https://example.com/a.mp4"}}\n',
    ".dockerignore": ".git\n*.md\n",
    ".github/workflows/build.yml":
      "name: build\non: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          tags: example/worker:1.0\n",
    "worker/__init__.py": "",
  };
  for (let index = 0; index < parts; index += 1) files[`worker/part_${index}.py`] = moduleText(index);
  for (let index = 0; Object.keys(files).length < fileCount; index += 1) {
    const kinds = [
      [
        `docs/page_${index}.md`,
        `# Page ${index}\n\n\`\`\`sh\ndocker build -t example/worker:1.0 .\n\`\`\`\n`.repeat(3),
      ],
      [`config/part_${index}.yaml`, `part: ${index}\nvalues:\n${"  - one\n".repeat(20)}`],
      [
        `scripts/run_${index}.sh`,
        `#!/bin/sh\nset -e\nfor i in 1 2 3; do\n  echo "$i"\ndone\ncurl -fsS "$URL" -o out\n`,
      ],
      [
        `tests/test_${index}.py`,
        `from worker.part_0 import helper_0\n\n\ndef test_${index}():\n    assert helper_0([1]) == [1]\n`,
      ],
    ];
    const [path, text] = kinds[index % kinds.length];
    files[path] = text;
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { mode: path.endsWith(".sh") ? 0o755 : 0o644 });
  }
  return Object.keys(files).filter((path) => path.includes("Dockerfile"));
}
