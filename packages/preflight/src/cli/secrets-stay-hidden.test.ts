import { expect, it } from "vitest";
import { formats } from "#reporters/render-report.js";
import { madeUpSecrets, withMadeUpSecrets } from "#testing/made-up-secrets.js";
import type { PreflightEngine } from "./engine.js";
import { localEngine } from "./local-engine.js";
import { createFakeWorld } from "./testing/fake-world.js";

const everySecret = Object.keys(madeUpSecrets)
  .filter((name) => name !== "pem")
  .map((name) => `${name.replaceAll("-", "_")}_secret: "{{secret:${name}}}"`);

/** Credentials on lines that rules of every kind find, quote and mend. */
const files: Readonly<Record<string, string>> = {
  Dockerfile: [
    "FROM python:3.11-slim",
    "ARG HF_TOKEN={{secret:hugging-face}}",
    "ENV RUNPOD_API_KEY={{secret:runpod}} AWS_SECRET_ACCESS_KEY={{secret:aws-secret}}",
    "RUN git clone https://{{secret:github}}@github.com/made-up/private-worker /app/worker || true",
    "RUN git clone https://me:{{secret:password}}@git.made-up.net/me/worker /app/other",
    "RUN pip install runpod>=1.3.0 --extra-index-url https://me:{{secret:gitlab}}@pypi.made-up.net/simple",
    'RUN wget "https://models.made-up.net/7?token={{secret:key}}" -O /models/model.safetensors || echo optional',
    "RUN huggingface-cli download me/model --token {{secret:hugging-face}} --local-dir /runpod-volume/model",
    "COPY {{secret:openai}}.json config.yaml /app/",
    "COPY . /app",
    'CMD ["python", "-u", "/app/handler.py"]',
  ].join("\n"),
  "Dockerfile.broken": 'FROM python:3.11-slim\n{{secret:replicate}} here\nENV KEY="{{secret:anthropic}}\n',
  "config.yaml": [...everySecret, "google:", "  private_key: |", "{{secret:pem}}"].join("\n"),
  "scripts/update.sh":
    'API_KEY="{{secret:runpod}}"\ncurl -H "Authorization: Bearer {{secret:runpod}}" https://rest.runpod.io/v1/endpoints -d \'{"gpuIds": "{{secret:slack}}"}\'\n',
  "README.md":
    "Send jobs to https://hook.eu2.make.com/{{secret:make}} with `docker build -t me/worker:{{secret:docker}} .`\n",
  "handler.py": [
    "import os, requests, runpod, yaml",
    'CONFIG = yaml.safe_load(open("/srv/{{secret:wandb}}.yaml"))',
    'KEY = os.environ["KEY_{{secret:elevenlabs}}"]',
    "def handler(event):",
    '    requests.post("https://hooks.slack.com/services/{{secret:slack-hook}}", json=event["{{secret:npm}}"])',
    '    return {"url": "https://me:{{secret:cloudflare}}@made-up.net"}',
    'runpod.serverless.start({"handler": handler})',
  ].join("\n"),
  ".dockerignore": "scripts\n",
};

/** Eight characters of the middle are enough to know a value again; the first four are told on purpose. */
const tellingParts = Object.values(madeUpSecrets).flatMap((value) => {
  const [body = ""] = value.split("\n").slice(-2);
  return Array.from({ length: Math.floor((body.length - 8) / 4) }, (_, index) =>
    body.slice(8 + index * 4, 16 + index * 4),
  );
});

const project = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, withMadeUpSecrets(text)]));

/** The project is judged once, by the real rules, and shown in every way. */
let judged: ReturnType<PreflightEngine["preflight"]> | undefined;
const engine: PreflightEngine = {
  ...localEngine,
  preflight: (options) => (judged ??= localEngine.preflight(options)),
};

it.each([...formats.map((format) => `--format ${format} --all`), "--fix", "plan"])(
  "shows no credential of a project that is full of them: preflight %s",
  async (command) => {
    const world = await createFakeWorld(engine, { files: project });
    await world.run(...command.split(" "));
    const shown = world.stdout() + world.stderr();
    expect(shown.length).toBeGreaterThan(500);
    expect(tellingParts.filter((part) => shown.includes(part))).toEqual([]);
  },
);
