import type { Finding } from "#model/finding.js";
import type { PreflightResult } from "#model/result.js";
import { madeUpFinding, madeUpResult } from "./made-up-result.js";

const path = "docker/Dockerfile";

const text = [
  "FROM pytorch/pytorch:2.1.0-cuda11.8-cudnn8-devel",
  "WORKDIR /app",
  "RUN apt-get update && apt-get install -y ffmpeg git curl && rm -rf /var/lib/apt/lists/*",
  "RUN pip install --no-cache-dir runpod>=1.3.0 boto3 requests opencv-python Pillow huggingface-hub transformers diffusers",
  'RUN pip install --no-cache-dir insightface || echo "insightface optional"',
  "RUN git clone https://github.com/Wan-Video/Wan2.2.git",
  "RUN huggingface-cli download Wan-AI/Wan2.2-Animate-14B --local-dir /models/Wan2.2-Animate-14B",
  "ENV MODEL_PATH=/models/wan2.2-animate",
  "COPY handler.py process.py config.yaml ./",
  'CMD ["python", "-u", "handler.py"]',
  "",
].join("\n");

/** Eight findings of every level, with evidence, a fix, a suppressed one and two images: a report with everything in it. */
export function exampleResult(): PreflightResult {
  return madeUpResult({
    findings: exampleFindings,
    images: [
      { dockerfile: path, context: "docker", isLive: true },
      { dockerfile: "docker/Dockerfile.debug", context: "docker", isLive: false },
    ],
    unjudged: [
      {
        ruleId: "US805",
        phase: "start",
        reason: "Whether the weights in the image's layers are whole was not looked at.",
        remedy: "Compare the download layer's size with the model card.",
        isRequired: false,
      },
    ],
    suppressed: [
      {
        finding: madeUpFinding({ ruleId: "US111", ruleName: "unpinned-remote", location: { path, line: 6 } }),
        by: "comment",
        reason: "the fork is ours",
      },
    ],
    runs: [
      { ruleId: "US101", image: path, findings: 1, lookedAt: "3 COPY sources" },
      { ruleId: "US603", image: path, findings: 0, lookedAt: "docker/handler.py" },
      { ruleId: "US703", image: path, findings: 0, lookedAt: "4 configuration reads" },
    ],
    files: { [path]: text },
  });
}

const exampleFindings: readonly Finding[] = [
  madeUpFinding({
    message: "config.yaml is git-ignored, so a build from a clean checkout stops at this line.",
    remedy: "Read the settings from the environment and drop config.yaml from the COPY.",
    location: { path, line: 9 },
    image: path,
    evidence: [{ statement: "config.yaml", location: { path: ".gitignore", line: 4 } }],
  }),
  madeUpFinding({
    ruleId: "US309",
    ruleName: "pip-spec-redirect",
    message:
      "The shell reads >=1.3.0 as a redirect: pip gets runpod without a version, and a file named =1.3.0 appears.",
    remedy: "Quote the requirement.",
    location: { path, line: 4 },
    image: path,
    fix: {
      title: "Quote runpod>=1.3.0",
      edits: [{ kind: "lines", path, startLine: 4, endLine: 4, lines: ['RUN pip install "runpod>=1.3.0"'] }],
    },
  }),
  madeUpFinding({
    ruleId: "US308",
    ruleName: "failure-swallowed",
    level: "warning",
    message: "When insightface cannot be installed the build goes on without it.",
    remedy: "Drop the || echo.",
    location: { path, line: 5 },
    image: path,
  }),
  madeUpFinding({
    ruleId: "US203",
    ruleName: "model-path-mismatch",
    phase: "start",
    message: "MODEL_PATH names /models/wan2.2-animate, but the weights are downloaded to /models/Wan2.2-Animate-14B.",
    remedy: "Set MODEL_PATH=/models/Wan2.2-Animate-14B.",
    location: { path, line: 8 },
    image: path,
    evidence: [
      { statement: "weights go to /models/Wan2.2-Animate-14B", location: { path, line: 7 } },
      { statement: "read by os.environ['MODEL_PATH']", location: { path: "docker/process.py", line: 88 } },
    ],
    fix: {
      title: "Set MODEL_PATH to the folder of the weights",
      edits: [{ kind: "lines", path, startLine: 8, endLine: 8, lines: ["ENV MODEL_PATH=/models/Wan2.2-Animate-14B"] }],
    },
  }),
  madeUpFinding({
    ruleId: "US501",
    ruleName: "vram-does-not-fit",
    confidence: "likely",
    phase: "job",
    message: "The model needs about 45 GiB of card memory; the smallest card of AMPERE_16 has 15 GiB to give.",
    remedy: "Use AMPERE_80, or load the weights as fp8 with the text encoder on the CPU.",
    location: { path: "deploy/endpoint.json", line: 12 },
    image: undefined,
    evidence: [{ statement: "1.08 x (32.2 GiB weights + 8.4 GiB activations) + 0.6 GiB context" }],
  }),
  madeUpFinding({
    ruleId: "US612",
    ruleName: "output-guess",
    confidence: "possible",
    phase: "job",
    message: "The result is the first file whose name holds output, wherever it comes from.",
    remedy: "Pass --save_file and read exactly that file.",
    location: { path: "docker/process.py", line: 141 },
    image: path,
  }),
  madeUpFinding({
    ruleId: "US701",
    ruleName: "secret-in-file",
    phase: "security",
    message: "An AWS secret key stands in a file of the repository: 40 characters, AKIA...",
    remedy: "Rotate the key, then read it from the environment.",
    location: { path: "docker/config.yaml", line: 6 },
    image: undefined,
  }),
  madeUpFinding({
    ruleId: "US507",
    ruleName: "visible-devices-literal",
    level: "note",
    phase: "deploy",
    message: "CUDA_VISIBLE_DEVICES is fixed in the image.",
    remedy: "Leave it to the platform.",
    location: { path: "docker/Dockerfile.debug", line: 3 },
    image: "docker/Dockerfile.debug",
  }),
];
