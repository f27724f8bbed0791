/** What an instruction's arguments are when they are read as JSON. */
export type JsonForm =
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** No JSON array: BuildKit takes the text as the shell form. */
  | { readonly kind: "shell" }
  /** An array of other things than strings: BuildKit refuses it. */
  | { readonly kind: "refused" };

/** Reads `["python", "-u", "handler.py"]`. */
export function readJsonForm(text: string): JsonForm {
  if (!/^\s*\[/u.test(text)) return { kind: "shell" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "shell" };
  }
  if (!Array.isArray(value)) return { kind: "shell" };
  const words: readonly unknown[] = value;
  return words.every((word) => typeof word === "string") ? { kind: "words", words } : { kind: "refused" };
}
