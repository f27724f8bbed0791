/** Bits of information in a character (Shannon). Random base64 of 40 characters has 4.5 to 5, English words below 3.5. */
export function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** What people write where a credential goes, in the shape of one. `wJalrXUtn` begins the secret of AWS's own manual. */
export function isPlaceholder(value: string): boolean {
  const isTold = /example|placeholder|redacted|your|x{4}|\*{3}|\.{3}|0{8}|12345678|abcdefgh|wJalrXUtn/i.test(value);
  return isTold || entropyOf(value) < 2.5;
}

/**
 * Whether the value of a setting whose name speaks for a secret is one.
 * @param whole the name and what stands between it and the value.
 * @returns undefined when it is no value: a reference, a path, a name in code.
 */
export function isLikelyNamedValue(value: string, whole: string): boolean | undefined {
  if (isReference(value) || isPath(value) || namesNoSecret(whole)) return undefined;
  return isRandom(value) && !/\s/.test(value);
}

/** Whether a value without a shape of its own is rather random characters than a placeholder, words or a number. */
export function isRandom(value: string): boolean {
  if (isPlaceholder(value) || isMadeUp(value) || isWords(value)) return false;
  return entropyOf(value) >= 3.5 && /\d/.test(value) && /[a-z]/i.test(value);
}

/** By chance such a word stands in one random value of 10,000. */
function isMadeUp(value: string): boolean {
  return /12345|demo|dummy|sample|fake|change[-_]?me|test|local|pass|secret|token|insert|replace/i.test(value);
}

/** `$NAME`, `%NAME%`, `{{ x }}`, `os.environ…`, `settings.api_key`, `next_token`: the value is elsewhere. */
function isReference(value: string): boolean {
  if (/^[$%{<\\]|\$\{|\{\{|\$\(/.test(value)) return true;
  return /^[A-Za-z][A-Za-z0-9]*(?:(?:\.|_|::|->|\?\.)[A-Za-z][A-Za-z0-9]*)+$/.test(value) && !/\d.*\d/.test(value);
}

function isPath(value: string): boolean {
  const isFile = /\.(?:json|ya?ml|txt|pem|py|js|ts|env|toml)$/i.test(value);
  return isFile || /^(?:~|\.{1,2})?\/[a-z_]{2,}(?:[/.-]|$)|^[a-z+]{2,10}:\/\//i.test(value);
}

/** `max_tokens:`, `token_type=`, `secret_name:`, `password_file=`. */
function namesNoSecret(whole: string): boolean {
  const name = /^[\w-]{1,60}/.exec(whole)?.[0] ?? "";
  if (/^token(?:s|i|_?[a-z])/.test(name)) return !/^token_?(?:secret|key|value)/.test(name);
  return /^tokeni/i.test(name) || tellsOfSecret.test(name);
}

/** The setting says something about a secret, or where it is. */
const tellsOfSecret =
  /[_-](?:name|type|path|url|uri|file|dir|folder|count|limit|length|ref|env|var|header|field|version|index|size|ids?|hash|sha256)$/i;

/** Words joined by dashes, dots or capitals, with at most a short number: `my-staging-key-2`; digests and UUIDs. */
function isWords(value: string): boolean {
  if (/^(?:sha\d{1,3}[:-]|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$)/i.test(value)) return true;
  const parts = value.split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])/);
  return parts.every((part) => /^(?:[A-Za-z]{3,14}\d{0,4}|[a-z]{0,2}\d{0,4})$/.test(part));
}
