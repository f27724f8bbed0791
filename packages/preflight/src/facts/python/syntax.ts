import { textOf, type PythonSource, type SyntaxNode } from "./module.js";

/** A node and everything below it, in the order of the text. */
export function* walk(node: SyntaxNode): Generator<SyntaxNode> {
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    for (let i = next.children.length - 1; i >= 0; i--) waiting.push(next.children[i] as SyntaxNode);
  }
}

/** The first child that fills a field. */
export function childByField(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === field);
}

/** The nodes around a node, the nearest first. */
export function* ancestors(node: SyntaxNode): Generator<SyntaxNode> {
  for (let above = node.parent; above !== undefined; above = above.parent) yield above;
}

/** `a.b.c` as written without blanks; undefined when anything but names is in it. */
export function dottedName(module: PythonSource, node: SyntaxNode): string | undefined {
  const parts: string[] = [];
  let left: SyntaxNode | undefined = node;
  while (left?.kind === "attribute") {
    const attribute = childByField(left, "attribute");
    if (attribute !== undefined) parts.push(textOf(module, attribute));
    left = childByField(left, "object");
  }
  if (left?.kind === "dotted_name") parts.push(...left.children.map((part) => textOf(module, part)).reverse());
  else if (left?.kind === "identifier") parts.push(textOf(module, left));
  else return undefined;
  return parts.reverse().join(".");
}

/** Text of a string without interpolations, escapes resolved and neighbours joined; undefined for anything else. */
export function stringValue(module: PythonSource, node: SyntaxNode): string | undefined {
  if (node.kind === "concatenated_string") {
    const parts = node.children.map((part) => stringValue(module, part));
    return parts.includes(undefined) ? undefined : parts.join("");
  }
  if (node.kind !== "string" || node.children.some((child) => child.kind === "interpolation")) return undefined;
  return node.children.map((child) => stringPart(module, node, child)).join("");
}

/** What one child of a string node adds to its text; "" for quotes. */
export function stringPart(module: PythonSource, string: SyntaxNode, child: SyntaxNode): string {
  if (child.kind !== "string_content") return "";
  const prefix = textOf(module, string.children[0] ?? string).toLowerCase();
  const raw = textOf(module, child);
  const text = prefix.includes("r") ? raw : unescaped(raw);
  return prefix.includes("f") ? text.replaceAll("{{", "{").replaceAll("}}", "}") : text;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Escapes of the language reference, section 2.4.1.1, less `\N{…}`, which stays as written. */
function unescaped(raw: string): string {
  return raw.replace(
    /\\(?:(\r\n|[\r\n])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\\'"abfnrtv]))/g,
    (_, lineEnd?: string, x?: string, u?: string, long?: string, octal?: string, simple = "") => {
      if (lineEnd !== undefined) return "";
      const digits = x ?? u ?? long;
      if (digits !== undefined) return codePoint(Number.parseInt(digits, 16));
      if (octal !== undefined) return codePoint(Number.parseInt(octal, 8));
      return simpleEscapes[simple] ?? simple;
    },
  );
}

function codePoint(value: number): string {
  return value <= 0x10_ff_ff ? String.fromCodePoint(value) : "\u{fffd}";
}
