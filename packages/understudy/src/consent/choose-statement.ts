import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import {
  attestationStatement,
  personStatement,
  spokenStatement,
  UnderstudyError,
  type Consent,
  type ConsentStatement,
  type StatementFacts,
} from "@understudy/render";
import { assertInputFile } from "#paths/index.js";

/** Most characters that a record's statement may have. */
const maxCharacters = 4000;

/** What is agreed to: the text of a file as it was shown, or ours for the way it is agreed to. */
export async function chooseStatement(
  options: { readonly file?: string | undefined; readonly language?: string | undefined },
  method: Consent["method"],
  facts: StatementFacts,
): Promise<ConsentStatement> {
  const { file, language = "en" } = options;
  if (file !== undefined) return readStatement(file, language);
  if (language !== "en") {
    throw new UnderstudyError("bad-usage", `There is no statement of ours in "${language}".`, {
      hint: "Give the text that the person was shown: --statement FILE --language TAG.",
    });
  }
  if (method === "attested") return attestationStatement;
  return method === "recorded-passcode" ? spokenStatement(facts) : personStatement(facts);
}

/** A text that ends with the words of a passcode. */
export function withPasscode(statement: ConsentStatement, words: readonly string[]): ConsentStatement {
  const listed = words.join(", ");
  const end = statement.language === "en" ? `My words are ${listed}.` : `${listed}.`;
  return { ...statement, text: `${statement.text} ${end}` };
}

async function readStatement(path: string, language: string): Promise<ConsentStatement> {
  await assertInputFile(path, "statement");
  const isSmall = (await stat(path)).size <= 4 * maxCharacters;
  const text = isSmall ? (await readFile(path, "utf8")).trim() : "";
  if (text === "" || text.length > maxCharacters) {
    throw new UnderstudyError(
      "bad-usage",
      `The statement ${path} is empty or longer than ${maxCharacters} characters.`,
    );
  }
  return statementOf(text, language);
}

/** A text of the operator's own; its version is the beginning of its SHA-256. */
export function statementOf(text: string, language: string): ConsentStatement {
  const version = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return { text, version, language };
}
