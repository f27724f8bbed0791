const digits = "0123456789";
const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const alphanumeric = digits + lower + upper;
const hex = `${digits}abcdef`;

/**
 * Credentials that nobody ever issued, put together when asked for: no file of this repository holds one. Fixtures write
 * `{{secret:NAME}}`.
 */
export const madeUpSecrets = {
  "aws-id": `AKIA${random(16, `${upper}234567`)}`,
  "aws-secret": random(40, `${alphanumeric}/+`),
  runpod: `rpa_${random(46, digits + upper)}`,
  "runpod-s3": `rps_${random(46, alphanumeric)}`,
  airtable: `pat${random(14, alphanumeric)}.${random(64, hex)}`,
  "hugging-face": `hf_${random(34, lower + upper)}`,
  github: `ghp_${random(36, alphanumeric)}`,
  "github-fine": `github_pat_${random(22, alphanumeric)}_${random(59, alphanumeric)}`,
  gitlab: `glpat-${random(20, alphanumeric)}`,
  openai: `sk-proj-${random(64, alphanumeric)}`,
  anthropic: `sk-ant-api03-${random(93, alphanumeric)}`,
  elevenlabs: `sk_${random(48, hex)}`,
  replicate: `r8_${random(37, alphanumeric)}`,
  slack: `xoxb-${random(12, digits)}-${random(24, alphanumeric)}`,
  "slack-hook": `T${random(10, digits + upper)}/B${random(10, digits + upper)}/${random(24, alphanumeric)}`,
  discord: `${random(18, digits)}/${random(68, alphanumeric)}`,
  make: random(32, digits + lower),
  zapier: `${random(8, "123456789")}/${random(7, digits + lower)}`,
  google: `AIza${random(35, alphanumeric)}`,
  "google-oauth": `GOCSPX-${random(28, alphanumeric)}`,
  azure: `${random(86, alphanumeric)}==`,
  stripe: `sk_live_${random(24, alphanumeric)}`,
  sendgrid: `SG.${random(22, alphanumeric)}.${random(43, alphanumeric)}`,
  docker: `dckr_pat_${random(27, alphanumeric)}`,
  npm: `npm_${random(36, alphanumeric)}`,
  telegram: `${random(9, "123456789")}:AA${random(33, alphanumeric)}`,
  r2: random(64, hex),
  cloudflare: random(40, alphanumeric),
  wandb: random(40, hex),
  jwt: `eyJ${random(30, alphanumeric)}.eyJ${random(60, alphanumeric)}.${random(43, alphanumeric)}`,
  key: random(32, alphanumeric),
  password: random(16, alphanumeric),
  pem: `-----BEGIN ${"PRIVATE"} KEY-----\n${random(64, alphanumeric)}\n${random(64, alphanumeric)}\n-----END ${"PRIVATE"} KEY-----`,
} as const satisfies Readonly<Record<string, string>>;

/** Name of a made-up credential. */
export type MadeUpSecret = keyof typeof madeUpSecrets;

/** Puts the made-up credentials in the place of `{{secret:NAME}}`. @throws Error on a name that is not there. */
export function withMadeUpSecrets(text: string): string {
  return text.replace(/\{\{secret:([a-z0-9-]+)\}\}/g, (_whole, name: string) => {
    if (!(name in madeUpSecrets)) throw new Error(`no made-up secret is called ${name}`);
    return madeUpSecrets[name as MadeUpSecret];
  });
}

/** The same at every start; neighbours differ, as in a real key. Numerical Recipes' generator. */
function random(length: number, alphabet: string): string {
  let state = length * 7919 + alphabet.length;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return alphabet[Math.floor((state / 2 ** 32) * alphabet.length)];
  }).join("");
}
