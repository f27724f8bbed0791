import { attestationStatement, UnderstudyError } from "@understudy/render";
import type { CliIo } from "#cli/io.js";

/**
 * Shows the statement and asks who stands for it.
 * @param whose how the person is called who is replaced, when there are several.
 * @returns the operator's name.
 * @throws UnderstudyError `consent-required` when nobody does.
 */
export async function askForConsent(io: CliIo, photoCount: number, whose?: string): Promise<string> {
  const photos = photoCount === 1 ? "this photo" : `these ${photoCount} photos`;
  const place = whose === undefined ? "" : ` (${whose})`;
  io.stderr.write(
    `There is no consent on record for ${photos}${place}. By typing your name you state:\n\n  "${attestationStatement.text}"\n\n`,
  );
  const name = (await io.ask("Your name (leave empty to stop): ")).trim().slice(0, 200);
  if (name === "") throw new UnderstudyError("consent-required", "Nobody stated that the person in this photo agreed.");
  return name;
}
