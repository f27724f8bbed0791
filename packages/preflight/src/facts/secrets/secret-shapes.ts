import { isRandom } from "./likely-real.js";

/** One kind of credential and how it is told. */
export interface SecretShape {
  /** As reports call it. */
  readonly kind: string;
  /** The first group that takes part is the value. No two repetitions of it can match the same characters in two ways. */
  readonly pattern: RegExp;
  /** One of these is in every text that holds it. Undefined: the pattern looks for itself. */
  readonly hints?: readonly string[];
  /** A `name: value` whose name alone speaks for a secret. */
  readonly isNamedValue?: boolean;
  /** A second look where the shape alone is not enough. */
  readonly isReal?: (value: string, whole: string) => boolean;
}

/** Shapes from the issuers' own documents and from gitleaks' rules; the most telling first. */
export const secretShapes: readonly SecretShape[] = [
  {
    kind: "private key",
    hints: ["PRIVATE KEY"],
    pattern: /(-----BEGIN (?:[A-Z]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[\w+/=\s\\:,.]|-(?!----)){64,20000})/dg,
    isReal: (value) => /[A-Za-z0-9+/]{40}/.test(value),
  },
  { kind: "AWS access key id", hints: ["AKIA", "ASIA"], pattern: /\b((?:AKIA|ASIA)[A-Z2-7]{16})\b/dg },
  {
    kind: "AWS secret access key",
    pattern: /secret[\w.-]{0,30}["']?\s{0,4}[:=]\s{0,4}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/dgi,
    isReal: isRandom,
  },
  {
    kind: "Cloudflare R2 secret access key",
    pattern: /(?:r2|cloudflare)[\w.-]{0,30}["']?\s{0,4}[:=]\s{0,4}["']?([0-9a-f]{64})(?![0-9a-f])/dgi,
    isReal: isRandom,
  },
  {
    kind: "Cloudflare API token",
    pattern: /(?:cloudflare|cf)_api_(?:token|key)["']?\s{0,4}[:=]\s{0,4}["']?([\w-]{37,40})(?![\w-])/dgi,
    isReal: isRandom,
  },
  { kind: "RunPod API key", hints: ["rpa_"], pattern: /\b(rpa_[A-Za-z0-9]{40,60})\b/dg },
  { kind: "RunPod S3 key", hints: ["rps_"], pattern: /\b(rps_[A-Za-z0-9]{40,60})\b/dg },
  { kind: "Airtable token", hints: ["pat"], pattern: /\b(pat[A-Za-z0-9]{14}\.[0-9a-f]{64})\b/dg },
  { kind: "Hugging Face token", hints: ["hf_", "api_org_"], pattern: /\b((?:hf|api_org)_[A-Za-z0-9]{34,40})\b/dg },
  {
    kind: "GitHub token",
    hints: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    pattern: /\b(gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{40,255})\b/dg,
  },
  { kind: "GitLab token", hints: ["glpat-"], pattern: /\b(glpat-[\w-]{20,64})/dg },
  {
    kind: "Anthropic API key",
    hints: ["sk-ant-"],
    pattern: /\b(sk-ant-[a-z]{3,5}\d\d-[\w-]{60,200})/dg,
  },
  {
    kind: "OpenAI API key",
    hints: ["sk-"],
    pattern: /\b(sk-(?:(?:proj|svcacct|admin|or-v1)-[\w-]{40,250}|[A-Za-z0-9]{32,64}))(?![\w-])/dg,
    isReal: isRandom,
  },
  { kind: "ElevenLabs API key", hints: ["sk_"], pattern: /\b(sk_[0-9a-f]{48})\b/dg },
  { kind: "Replicate API token", hints: ["r8_"], pattern: /\b(r8_[A-Za-z0-9]{37})\b/dg },
  { kind: "Slack token", hints: ["xox"], pattern: /\b(xox[abeoprs]-[\w-]{20,250})/dg, isReal: isRandom },
  {
    kind: "Slack webhook",
    hints: ["hooks.slack.com/services/"],
    pattern: /hooks\.slack\.com\/services\/(T\w{6,14}\/B\w{6,14}\/\w{20,40})/dg,
  },
  {
    kind: "Discord webhook",
    hints: ["/api/webhooks/"],
    pattern: /discord(?:app)?\.com\/api\/webhooks\/(\d{16,21}\/[\w-]{60,90})/dg,
  },
  {
    kind: "Make webhook",
    hints: ["make.com/", "integromat.com/"],
    pattern: /\/\/hook\.(?:[a-z]{2}\d\.)?(?:make|integromat)\.com\/([A-Za-z0-9]{20,64})\b/dg,
    isReal: isRandom,
  },
  {
    kind: "Zapier webhook",
    hints: ["hooks.zapier.com/"],
    pattern: /hooks\.zapier\.com\/hooks\/catch\/(\d{4,12}\/\w{5,20})/dg,
  },
  { kind: "Google API key", hints: ["AIza"], pattern: /\b(AIza[\w-]{35})(?![\w-])/dg },
  { kind: "Google OAuth secret", hints: ["GOCSPX-"], pattern: /\b(GOCSPX-[\w-]{28})(?![\w-])/dg },
  { kind: "Azure storage key", hints: ["AccountKey="], pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/dg },
  { kind: "Stripe key", hints: ["_live_"], pattern: /\b([rs]k_live_[A-Za-z0-9]{20,120})\b/dg },
  { kind: "SendGrid key", hints: ["SG."], pattern: /\b(SG\.[\w-]{22}\.[\w-]{43})(?![\w-])/dg },
  { kind: "Docker Hub token", hints: ["dckr_pat_"], pattern: /\b(dckr_pat_[\w-]{27,40})/dg },
  {
    kind: "package registry token",
    hints: ["npm_", "pypi-"],
    pattern: /\b(npm_[A-Za-z0-9]{36}|pypi-AgEIcHlwaS5vcmc[\w-]{50,300})(?![\w-])/dg,
  },
  { kind: "Telegram bot token", hints: [":AA"], pattern: /(?<!\d)(\d{8,10}:AA[\w-]{33})(?![\w-])/dg },
  { kind: "Weights & Biases key", hints: ["wandb login"], pattern: /wandb login (?:--relogin )?([0-9a-f]{40})\b/dg },
  {
    kind: "JSON web token",
    hints: ["eyJ"],
    pattern: /\b(eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{20,1000})/dg,
    // The example of jwt.io and of a thousand manuals: {"sub":"1234567890".
    isReal: (value) => !value.includes("eyJzdWIiOiIxMjM0NTY3ODkw"),
  },
  {
    kind: "password in a URL",
    hints: ["://"],
    pattern: /:\/\/[^\s/:@"'`<>]{0,100}:([^\s/@"'`<>${][^\s/@"'`<>]{2,200})@[\w.-]{1,100}/dg,
    isReal: (value, whole) => isRandom(value) && !isLocalHost(whole),
  },
  {
    kind: "token in a URL",
    hints: ["://"],
    pattern: /:\/\/([\w-]{20,200})@(?!\w{1,20}\.ingest\.)[\w.-]{1,100}/dg,
    isReal: isRandom,
  },
  {
    kind: "bearer token",
    pattern: /\bBearer\s{1,4}([\w.~+/-]{16,2000}={0,2})/dg,
    hints: ["Bearer"],
    isReal: isRandom,
  },
  {
    kind: "secret value",
    isNamedValue: true,
    pattern:
      /(?:secret|token|passw(?:or)?d|passwd|(?:api|access|auth|private|account)[_-]?key|credential)[\w-]{0,30}["'\]]{0,2}[ \t]{0,8}(?::=|[:=])[ \t]{0,8}(?:"([^"\n]{8,300})"|'([^'\n]{8,300})'|([^\s"'`,;#&(){}<>[\]]{8,300}))/dgi,
  },
];

/** Development databases are no secret: whoever reaches them is in already. */
function isLocalHost(whole: string): boolean {
  const host = whole.slice(whole.lastIndexOf("@") + 1);
  return !host.includes(".") || /^(?:127\.|0\.0\.0\.0|host\.docker|.{0,80}example\.)/.test(host);
}
