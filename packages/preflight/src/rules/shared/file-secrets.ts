import type { ProjectFacts, ProjectFile } from "#facts/project/project-facts.js";
import { secretsInFile } from "#facts/secrets/file-secrets.js";
import { describeSecret } from "#facts/secrets/redact.js";

/** A credential that a file holds, without its value. */
export interface FileSecret {
  readonly kind: string;
  /** Kind, first characters, length, fingerprint. */
  readonly description: string;
  /** Where it stands first in the file. */
  readonly line: number;
  /** Lines on which it stands again. */
  readonly otherLines: readonly number[];
  /** False where only the setting's name or the place tells of a credential: in tests it is made up. */
  readonly hasIssuerShape: boolean;
}

/** The credentials of a file that are likely real, each once; read once for all rules. Lock files hold digests only. */
export function secretsOf(file: ProjectFile): readonly FileSecret[] {
  const known = secretsByFile.get(file);
  if (known !== undefined) return known;
  const secrets = file.text === undefined || generatedName.test(file.path) ? [] : readSecrets(file, file.text);
  secretsByFile.set(file, secrets);
  return secrets;
}

/** The same for a file of a project; what only looks like a credential is left out below its folders of tests. */
export function tellingSecretsOf(file: ProjectFile, { config }: ProjectFacts): readonly FileSecret[] {
  const isTest = file.path.split("/").some((name) => name !== "docs" && config.testFolders.includes(name));
  return secretsOf(file).filter(({ hasIssuerShape }) => hasIssuerShape || !isTest);
}

/** Credentials of a known issuer's shape in a text that is no file of the project. */
export function issuedSecretsIn(path: string, text: string): readonly FileSecret[] {
  return generatedName.test(path) ? [] : readSecrets({ text }, text).filter(({ hasIssuerShape }) => hasIssuerShape);
}

const secretsByFile = new WeakMap<ProjectFile, readonly FileSecret[]>();

const generatedName =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|[^/]*\.(?:lock|map|svg|min\.js|ipynb_checkpoints))$/;

const looseKinds: ReadonlySet<string> = new Set([
  "private key",
  "JSON web token",
  "password in a URL",
  "token in a URL",
  "bearer token",
  "secret value",
]);

function readSecrets(file: Pick<ProjectFile, "text">, text: string): readonly FileSecret[] {
  const byValue = new Map<string, FileSecret>();
  let line = 1;
  let done = 0;
  for (const secret of secretsInFile(file)) {
    line += text.slice(done, secret.start).split("\n").length - 1;
    done = secret.start;
    if (!secret.isLikelyReal) continue;
    const value = text.slice(secret.start, secret.end);
    const known = byValue.get(value);
    byValue.set(value, {
      kind: secret.kind,
      description: describeSecret(secret, value),
      line: known?.line ?? line,
      otherLines: known === undefined ? [] : [...known.otherLines, line],
      hasIssuerShape: !looseKinds.has(secret.kind),
    });
  }
  return [...byValue.values()];
}
