/** A here-document inside a script. */
export interface HereDocument {
  /** Offset of its `<<`. */
  readonly operator: number;
  /** Its text, delimiter line left out. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** False when the delimiter is quoted. */
  readonly isExpanded: boolean;
  /** `<<-`: tabs in front of its lines are dropped. */
  readonly stripsTabs: boolean;
}

/** A script whose here-documents are taken out. */
export interface MaskedScript {
  /** As long as the script: each `<<EOF` became `<0`, each body blanks. */
  readonly text: string;
  readonly documents: readonly HereDocument[];
}

/**
 * Takes the here-documents out before the grammar sees the script: tree-sitter-bash 0.25.1 refuses
 * `python - <<EOF 2>&1 | tee log` and two here-documents on one line, and nests whatever follows `<<EOF` below it.
 */
export function maskHereDocuments(text: string): MaskedScript {
  const documents: HereDocument[] = [];
  if (!text.includes("<<")) return { text, documents };
  const masked: string[] = [];
  let pending: Opening[] = [];
  let copied = 0;
  const blank = (start: number, end: number, replacement: string): void => {
    masked.push(text.slice(copied, start), replacement);
    copied = end;
  };
  for (const event of openingsAndLineEnds(text)) {
    if (event.kind === "opening") {
      blank(event.start, event.end, "<0".padEnd(event.end - event.start));
      pending.push(event);
      continue;
    }
    let at = event.offset;
    for (const opening of pending) {
      const body = readBody(text, at, opening);
      documents.push({ operator: opening.start, bodyStart: at, bodyEnd: body.end, ...opening.style });
      at = body.next;
    }
    if (pending.length > 0) blank(event.offset, at, text.slice(event.offset, at).replaceAll(/[^\n]/g, " "));
    event.skipTo(at);
    pending = [];
  }
  masked.push(text.slice(copied));
  return { text: masked.join(""), documents };
}

interface Opening {
  readonly kind: "opening";
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly style: { readonly isExpanded: boolean; readonly stripsTabs: boolean };
}

interface LineEnd {
  readonly kind: "line-end";
  /** Of the next line's first character. */
  readonly offset: number;
  readonly skipTo: (offset: number) => void;
}

const delimiter = /<<(-?)[ \t]*((?:[A-Za-z0-9_.!%+-]|\\.|'[^'\n]*'|"[^"\n]*")+)/y;

/** Walks the script outside quotes and comments. */
function* openingsAndLineEnds(text: string): Generator<Opening | LineEnd> {
  const closers: string[] = [];
  let at = 0;
  const skipTo = (offset: number): void => {
    at = offset;
  };
  while (at < text.length) {
    const character = text[at];
    const isQuoted = closers.at(-1) === '"';
    if (character === "\\") at += 2;
    else if (character === '"') {
      if (isQuoted) closers.pop();
      else closers.push('"');
      at++;
    } else if (character === "'" && !isQuoted) at = endOfSingleQuotes(text, at);
    else if (text.startsWith("((", at) && (!isQuoted || text[at - 1] === "$")) at = endOfArithmetic(text, at);
    else if (character === "(" && (!isQuoted || text[at - 1] === "$")) {
      closers.push(")");
      at++;
    } else if (character === ")" && closers.at(-1) === ")") {
      closers.pop();
      at++;
    } else if (character === "#" && !isQuoted && isWordStart(text, at)) at = endOfLine(text, at);
    else if (character === "\n" && !isQuoted) yield { kind: "line-end", offset: ++at, skipTo };
    else if (!isQuoted && text.startsWith("<<<", at)) at += 3;
    else {
      delimiter.lastIndex = at;
      const match = !isQuoted && character === "<" ? delimiter.exec(text) : null;
      if (match === null) {
        at++;
        continue;
      }
      const [whole, dash, written = ""] = match;
      const name = written.replaceAll(/\\(.)|['"]/g, "$1");
      const style = { isExpanded: name === written, stripsTabs: dash === "-" };
      yield { kind: "opening", start: at, end: at + whole.length, name, style };
      at += whole.length;
    }
  }
}

/** A body that is never closed reaches to the end, as in every shell. */
function readBody(text: string, start: number, opening: Opening): { readonly end: number; readonly next: number } {
  for (let at = start; at < text.length; at = endOfLine(text, at) + 1) {
    const line = text.slice(at, endOfLine(text, at));
    const shown = line.endsWith("\r") ? line.slice(0, -1) : line;
    if ((opening.style.stripsTabs ? shown.replace(/^\t+/, "") : shown) === opening.name) {
      return { end: at, next: at + line.length };
    }
  }
  return { end: text.length, next: text.length };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

function endOfSingleQuotes(text: string, open: number): number {
  let at = open + 1;
  const hasEscapes = text[open - 1] === "$";
  while (at < text.length && text[at] !== "'") at += hasEscapes && text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** `((` that no `))` closes on its line is two subshells. */
function endOfArithmetic(text: string, open: number): number {
  const close = text.slice(open, endOfLine(text, open)).indexOf("))");
  return close === -1 ? open + 2 : open + close + 2;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || " \t\n;&|(".includes(text[at - 1] ?? "");
}
