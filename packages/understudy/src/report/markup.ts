/** Text that is safe inside an element and inside a double-quoted attribute. */
declare const safe: unique symbol;

/** Markup that only `markup` makes, so that no text gets onto the page unescaped. */
export interface Markup {
  readonly [safe]: true;
  readonly text: string;
}

/** What may stand in a template: text and numbers are escaped, markup is not escaped again, lists are joined. */
export type Child = string | number | Markup | readonly Child[];

/**
 * Tagged template that escapes everything put into it. Not called `html`: oxfmt would then format what is inside, also
 * the style and script, whose hashes the content policy names.
 */
export function markup(parts: TemplateStringsArray, ...children: Child[]): Markup {
  const text = parts.reduce((whole, part, i) => whole + render(children[i - 1] ?? "") + part);
  return asMarkup(text);
}

/** Text that goes onto the page as it is: our own style and script, never anything from outside. */
export function trusted(text: string): Markup {
  return asMarkup(text);
}

function asMarkup(text: string): Markup {
  return { text } as unknown as Markup;
}

function render(child: Child): string {
  if (typeof child === "string") return escapeText(child);
  if (typeof child === "number") return String(child);
  return "text" in child ? child.text : child.map(render).join("");
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
