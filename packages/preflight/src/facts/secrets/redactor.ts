import { secretsInFile, type TextFile } from "./file-secrets.js";
import { describeSecret, redact } from "./redact.js";

/** Hides in a sentence what is a credential, and what is the beginning of one that stands in a file of the project. */
export type Redactor = (text: string) => string;

/**
 * For sentences about a project. A rule may have cut a quoted word in the middle of a key, or quote it from a place where
 * it has no shape: it is known from its file.
 */
export function createRedactor(files: ReadonlyMap<string, TextFile>): Redactor {
  let known: SecretsByBeginning | undefined;
  return (text) => {
    known ??= readSecrets(files);
    return redact(hideBeginnings(text, known));
  };
}

interface KnownSecret {
  readonly value: string;
  readonly description: string;
}

type SecretsByBeginning = ReadonlyMap<string, KnownSecret>;

/** Shorter beginnings give little away, and may be a part of any word. */
const beginningLength = 8;

function readSecrets(files: ReadonlyMap<string, TextFile>): SecretsByBeginning {
  const secrets = new Map<string, KnownSecret>();
  for (const file of files.values()) {
    for (const secret of secretsInFile(file)) {
      const value = file.text?.slice(secret.start, secret.end) ?? "";
      const beginning = value.slice(0, beginningLength);
      // What is not likely real may be a word of any sentence.
      if (!secret.isLikelyReal || value.length < beginningLength || secrets.has(beginning)) continue;
      secrets.set(beginning, { value, description: describeSecret(secret, value) });
    }
  }
  return secrets;
}

function hideBeginnings(text: string, secrets: SecretsByBeginning): string {
  if (secrets.size === 0) return text;
  let result = "";
  let done = 0;
  for (let at = 0; at + beginningLength <= text.length; at++) {
    const secret = secrets.get(text.slice(at, at + beginningLength));
    if (secret === undefined) continue;
    const length = commonLength(secret.value, text.slice(at, at + secret.value.length));
    result += `${text.slice(done, at)}<${secret.description}>`;
    done = at + length;
    at = done - 1;
  }
  return result + text.slice(done);
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
