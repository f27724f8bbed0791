/**
 * A source line with everything that looks like a credential replaced. Reports quote lines, and a report that repeats a
 * key spreads the leak it warns of.
 */
export function redact(line: string): string {
  return [...knownShapes, namedValue].reduce(
    (text, shape) => text.replace(shape, (_match, before: string) => `${before}<redacted>`),
    // Longer lines are data, not something to read.
    line.slice(0, 400),
  );
}

/** RunPod, Hugging Face, AWS, GitHub, OpenAI and its kin, Slack, Airtable, Google; hook URLs; user:password in URLs. */
const knownShapes: readonly RegExp[] = [
  /()\b(?:rpa_|hf_|gh[pousr]_|github_pat_|glpat-|sk-|xox[abposr]-|AIza)[\w-]{12,}/g,
  /()\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /()\bpat[A-Za-z0-9]{14}\.[0-9a-f]{20,}/g,
  /()-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*/g,
  /(https?:\/\/hook\.[\w.]{1,60}\/|hooks\.slack\.com\/services\/)[\w/-]{12,}/g,
  /(:\/\/[^\s/:@]{0,60}:)[^\s/@$]{3,200}(?=@)/g,
  /(\bBearer\s)[\w.~+/-]{16,}=*/g,
];

/** `secret_key: "…"`, `TOKEN=…`; variables, placeholders and calls are no values. */
const namedValue =
  /((?:secret|token|passw(?:or)?d|api_?key|access_?key|private_?key)[\w-]{0,30}["']?\s{0,4}[:=]\s{0,4}["']?)(?![${<]|os\.|process\.|str\b|None\b|null\b)[^\s"'#,()]{8,}/gi;
