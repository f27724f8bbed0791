/** Types that people know by another word than their name in the API, split. */
const words: Readonly<Record<string, string>> = {
  url: "URL",
  singleLineText: "text",
  multilineText: "text",
  richText: "text",
  multipleLookupValues: "lookup",
  multipleAttachments: "attachment",
};

/** A column's type, much as Airtable's own program calls it: `multipleAttachments` is an attachment. */
export function typeInWords(type: string): string {
  return words[type] ?? type.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Types to choose from: `URL, text or attachment`. */
export function typesInWords(types: readonly string[]): string {
  const named = [...new Set(types.map(typeInWords))];
  return named.length < 2 ? named.join() : `${named.slice(0, -1).join(", ")} or ${named.at(-1)}`;
}
