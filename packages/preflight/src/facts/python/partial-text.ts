import { posix } from "node:path";

/** A text whose unknown parts stand in braces. */
export interface PartialText {
  readonly text: string;
  readonly isKnown: boolean;
}

/** Longer texts are not put together: doubling a name twenty times over would fill the memory. */
const maxLength = 32_768;

/** A text without unknown parts. */
export function known(text: string): PartialText {
  return { text, isKnown: true };
}

/** Parts put one after the other; undefined when that grows too long. */
export function joinedText(parts: Iterable<PartialText>): PartialText | undefined {
  let text = "";
  let isKnown = true;
  for (const part of parts) {
    text += part.text;
    isKnown &&= part.isKnown;
    if (text.length > maxLength) return undefined;
  }
  return { text, isKnown };
}

/** `os.path.join`: an absolute part drops what is before it. */
export function joinedPath(parts: Iterable<PartialText>): PartialText | undefined {
  let path = known("");
  for (const part of parts) {
    if (part.text.startsWith("/")) path = part;
    else {
      const gap = path.text === "" || path.text.endsWith("/") ? "" : "/";
      path = { text: path.text + gap + part.text, isKnown: path.isKnown && part.isKnown };
    }
    if (path.text.length > maxLength) return undefined;
  }
  return path;
}

/** The folder of a path: `{__file__}` gives `{__file__}/..`, since what an unknown part ends with is unknown. */
export function directory(path: PartialText): PartialText {
  const isOpen = /(?:\}|^\.|\.\.)$/.test(path.text);
  return { ...path, text: isOpen ? `${path.text}/..` : posix.dirname(path.text) };
}
