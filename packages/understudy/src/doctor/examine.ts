import { toUnderstudyError } from "@understudy/render";
import { maskSecrets } from "#serve/mask-secrets.js";
import { airtableCheck } from "./checks/airtable.js";
import { artifactsCheck } from "./checks/artifacts.js";
import { dataFolderCheck, keysCheck } from "./checks/data-folder.js";
import { databaseCheck } from "./checks/database.js";
import { engineCheck, mediaCheck } from "./checks/engine.js";
import { leftoversCheck } from "./checks/leftovers.js";
import { diskCheck, machineCheck } from "./checks/machine.js";
import { consentPolicyCheck, publicUrlCheck } from "./checks/settings.js";
import { trouble, type Finding } from "./finding.js";
import type { Check, DoctorWorld } from "./world.js";

/** In the order in which parts rest on each other. */
const checks: readonly Check[] = [
  machineCheck,
  diskCheck,
  dataFolderCheck,
  keysCheck,
  engineCheck,
  mediaCheck,
  databaseCheck,
  artifactsCheck,
  publicUrlCheck,
  consentPolicyCheck,
  airtableCheck,
  leftoversCheck,
];

/**
 * Looks at every part of an installation; one that cannot be looked at is an error, and the others are looked at all the
 * same.
 * @throws the signal's reason after a stop.
 */
export async function examine(world: DoctorWorld, onFinding: (finding: Finding) => void): Promise<readonly Finding[]> {
  const all: Finding[] = [];
  for (const check of checks) {
    world.io.signal.throwIfAborted();
    const findings = await check.examine(world).catch((thrown: unknown) => [failureOf(check, thrown)]);
    world.io.signal.throwIfAborted();
    findings.forEach(onFinding);
    all.push(...findings);
  }
  return all;
}

function failureOf({ id, part }: Check, thrown: unknown): Finding {
  const { code, message, hint } = toUnderstudyError(thrown);
  return trouble("error", id, `There is something wrong with ${part}.`, {
    evidence: maskSecrets(`${code}: ${message}`),
    remedy: hint,
  });
}
