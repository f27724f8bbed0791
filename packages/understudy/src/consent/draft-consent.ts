import { resolve } from "node:path";
import { defaultUse } from "@understudy/render";
import type { ConsentDraft } from "./challenges.js";
import { chooseStatement } from "./choose-statement.js";
import type { ConsentDesk } from "./consent-desk.js";
import { readExpiry } from "./moments.js";
import { listOf, needed, type NewConsentFlags } from "./new-consent-flags.js";

/** What a record will say, as far as the command line and the configuration tell. */
export async function draftConsent(
  flags: NewConsentFlags,
  known: Pick<ConsentDraft, "method" | "subject" | "photoSha256">,
  { io, config }: ConsentDesk,
  now: Date,
): Promise<ConsentDraft> {
  const { standing } = config.consent;
  const operator = needed(flags.operator ?? standing.operator, "--operator NAME", "who answers for it").trim();
  const scope = { voice: flags.voice === true, use: flags.use ?? defaultUse, channels: listOf(flags.channels) };
  const end = flags.expires === undefined ? {} : { expiresAt: readExpiry(flags.expires, now) };
  const file = flags.statement === undefined ? undefined : resolve(io.cwd, flags.statement);
  const statement = await chooseStatement({ file, language: flags.language }, known.method, {
    name: known.subject.name,
    operator,
    scope,
    ...end,
  });
  return { ...known, operator, statement, scope, ageConfirmed: true, ...end };
}
