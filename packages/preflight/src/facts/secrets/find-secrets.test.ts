import { describe, expect, it } from "vitest";
import { madeUpSecrets, withMadeUpSecrets } from "#testing/made-up-secrets.js";
import { findSecrets } from "./find-secrets.js";
import { secretShapes } from "./secret-shapes.js";

const kindsIn = (template: string) => findSecrets(withMadeUpSecrets(template)).map(({ kind }) => kind);
const realKindsIn = (template: string) =>
  findSecrets(withMadeUpSecrets(template)).flatMap(({ kind, isLikelyReal }) => (isLikelyReal ? [kind] : []));

/** A line with each kind, as people write it. */
const fires: readonly (readonly [kind: string, line: string])[] = [
  ["AWS access key id", 's3_access_key: "{{secret:aws-id}}"'],
  ["AWS secret access key", 's3_secret_key: "{{secret:aws-secret}}"'],
  ["AWS secret access key", "export AWS_SECRET_ACCESS_KEY={{secret:aws-secret}}"],
  ["RunPod API key", 'API_KEY="{{secret:runpod}}"'],
  ["RunPod API key", '-H "Authorization: Bearer {{secret:runpod}}" \\'],
  ["RunPod S3 key", "aws configure set aws_secret_access_key {{secret:runpod-s3}}"],
  ["Airtable token", 'airtable:\n  api_key: "{{secret:airtable}}"'],
  ["Hugging Face token", "RUN huggingface-cli login --token {{secret:hugging-face}}"],
  ["GitHub token", "git clone https://{{secret:github}}@github.com/me/worker"],
  ["GitHub token", "git clone https://x-access-token:{{secret:github-fine}}@github.com/me/worker"],
  ["GitLab token", "CI={{secret:gitlab}}"],
  ["OpenAI API key", 'client = OpenAI(api_key="{{secret:openai}}")'],
  ["Anthropic API key", "ANTHROPIC_API_KEY={{secret:anthropic}}"],
  ["ElevenLabs API key", "xi-api-key: {{secret:elevenlabs}}"],
  ["Replicate API token", "REPLICATE_API_TOKEN={{secret:replicate}}"],
  ["Slack token", 'SLACK="{{secret:slack}}"'],
  ["Slack webhook", "https://hooks.slack.com/services/{{secret:slack-hook}}"],
  ["Discord webhook", "https://discord.com/api/webhooks/{{secret:discord}}"],
  ["Make webhook", 'completion_url: "https://hook.eu2.make.com/{{secret:make}}"'],
  ["Zapier webhook", "https://hooks.zapier.com/hooks/catch/{{secret:zapier}}/"],
  ["Google API key", '{"key": "{{secret:google}}"}'],
  ["Google OAuth secret", "{{secret:google-oauth}}"],
  ["Azure storage key", "DefaultEndpointsProtocol=https;AccountName=me;AccountKey={{secret:azure}};"],
  ["Stripe key", "stripe.api_key = '{{secret:stripe}}'"],
  ["SendGrid key", "{{secret:sendgrid}}"],
  ["Docker Hub token", "echo {{secret:docker}} | docker login --password-stdin"],
  ["package registry token", "//registry.npmjs.org/:_authToken={{secret:npm}}"],
  ["Telegram bot token", "https://api.telegram.org/bot{{secret:telegram}}/sendMessage"],
  ["Cloudflare R2 secret access key", "R2_SECRET_ACCESS_KEY={{secret:r2}}"],
  ["Cloudflare API token", "CLOUDFLARE_API_TOKEN={{secret:cloudflare}}"],
  ["Weights & Biases key", "RUN wandb login {{secret:wandb}}"],
  ["JSON web token", "supabase = create_client(url, '{{secret:jwt}}')"],
  ["password in a URL", "DATABASE_URL=postgresql://me:{{secret:password}}@db.made-up.net:5432/jobs"],
  ["token in a URL", "git clone https://{{secret:wandb}}@git.made-up.net/me/worker"],
  ["bearer token", 'curl -H "Authorization: Bearer {{secret:key}}" $URL'],
  ["private key", '{"type": "service_account", "private_key": "{{secret:pem}}"}'],
  ["private key", "{{secret:pem}}"],
  ["secret value", 'api_key: "{{secret:key}}"'],
  ["secret value", 'ENV CIVITAI_TOKEN="{{secret:key}}"'],
  ["secret value", "wget https://models.made-up.net/7?token={{secret:key}}"],
  ["secret value", '"password": "{{secret:password}}"'],
];

it.each(fires)("finds %s in %s", (kind, line) => {
  expect(realKindsIn(line)).toEqual([kind]);
});

it("has an example for every shape that it knows", () => {
  expect(new Set(fires.map(([kind]) => kind))).toEqual(new Set(secretShapes.map(({ kind }) => kind)));
});

it.each([
  "s3_access_key: YOUR_AWS_ACCESS_KEY",
  `AWS_ACCESS_KEY_ID=AKIA${"IOSFODNN7"}EXAMPLE`,
  'api_key: "your-api-key-here-1234567890"',
  'RUNPOD_API_KEY="rpa_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"',
  'HF_TOKEN="hf_********************************"',
  "password: <your password from step 3>",
  "token: ${{ secrets.HF_TOKEN }}",
  'api_key = os.environ["RUNPOD_API_KEY_2024"]',
  'secret_key = config["storage"]["s3_secret_key"]',
  "const token = process.env.API_TOKEN_V2;",
  'API_KEY="${RUNPOD_API_KEY:-none}"',
  "TOKEN={{ api_token_2 }}",
  "password: SecurePass123!",
  "api_key = 'my-staging-key-2'",
  "token_shapes = pack_tokens4(batch, 128)",
  'max_tokens: "4096000000"',
  'secret_name: "worker-7f3a9c1d5e2b8a6f"',
  "token: 3f2b8c1e-9d4a-4f6b-8c7d-1a2b3c4d5e6f",
  "private_key_file: /run/secrets/deploy-key-2024.pem",
  "redis://default:redis7pass9word@localhost:6379/0",
  "postgres://user:${DB_PASSWORD_2}@db.made-up.net/x",
  "FROM me/worker@sha256:9b74c9897bac770ffc029102a200c5de2f1a8b3c4d5e6f708192a3b4c5d6e7f8",
  '"integrity": "sha512-qb3kZ1x8Yf0cJt2vN5wR7uT9aB1cD3eF5gH7iJ9kL1mN3oP5qR7sT9uV1wX3yZ5=="',
  'if key.startswith("-----BEGIN PRIVATE KEY-----"): raise ValueError("put the key into the environment")',
  `"data-cf-beacon": '{"token": "83b0c9d2e4f6a8b1c3d5e7f90a2b4c6d"}'`,
  `<script data-cf-beacon='{"token": "83b0c9d2e4f6a8b1c3d5e7f90a2b4c6d"}'>`,
  "link: http://qm.qq.com/cgi-bin/qm/qr?_wv=1027&k=a1&authKey={{secret:key}}&noverify=0",
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
])("takes %s for no credential", (line) => {
  expect(realKindsIn(line)).toEqual([]);
});

it("knows weak and made-up values from no value: they are hidden, but no finding", () => {
  expect(kindsIn("password: hunterhunter")).toEqual(["secret value"]);
  expect(kindsIn("password: $PASSWORD_FROM_VAULT")).toEqual([]);
});

it("gives places in order, without overlap, and the shape's name for a named value", () => {
  const text = withMadeUpSecrets('token="{{secret:hugging-face}}" key={{secret:aws-id}} secret="{{secret:key}}"');
  const found = findSecrets(text);
  expect(found.map(({ kind }) => kind)).toEqual(["Hugging Face token", "AWS access key id", "secret value"]);
  expect(text.slice(found[0]?.start, found[0]?.end)).toBe(madeUpSecrets["hugging-face"]);
});

describe("on a hostile text of 1 MiB", () => {
  const mebibyte = 1 << 20;
  // Each of these begins one of the shapes again and again; matched naively they cost minutes, not milliseconds.
  it.each([
    "secret",
    "secret_",
    "token=",
    'token="',
    "token:\t\t",
    "sk-proj-",
    "xoxb-",
    "eyJaaaaaaaaaaa.",
    "://a:",
    "://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "Bearer ",
    "-----BEGIN RSA PRIVATE KEY-----AAAA",
    "r2_",
    "a.b_c-",
  ])("ends, with %j again and again", { timeout: 5000 }, (piece) => {
    expect(findSecrets(piece.repeat(mebibyte / piece.length)).length).toBeLessThan(10_000);
  });
});
