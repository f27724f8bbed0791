import type { MappedText } from "#model/mapped-text.js";
import { parseTree } from "./grammar.js";
import type { SyntaxNode } from "./module.js";

/** Deeper nodes are left out, so that whoever follows a tree by recursion stays within the stack. CPython stops at 3,000. */
const maxDepth = 1000;

/** Parses a text and copies its tree out of wasm memory, which is freed before this returns. */
export function syntaxTreeOf(source: MappedText): SyntaxNode {
  const tree = parseTree(source.text);
  const cursor = tree.walk();
  try {
    const root = copyNode(cursor, source, undefined);
    let parent = root;
    let depth = 0;
    if (!cursor.gotoFirstChild()) return root;
    for (;;) {
      const isKept = cursor.nodeIsNamed && cursor.nodeType !== "comment";
      if (isKept) {
        const node = copyNode(cursor, source, parent);
        parent.children.push(node);
        if (depth < maxDepth && cursor.gotoFirstChild()) {
          parent = node;
          depth++;
          continue;
        }
      }
      while (!cursor.gotoNextSibling()) {
        if (parent.parent === undefined) return root;
        cursor.gotoParent();
        parent = parent.parent;
        depth--;
      }
    }
  } finally {
    cursor.delete();
    tree.delete();
  }
}

type Cursor = ReturnType<ReturnType<typeof parseTree>["walk"]>;

interface GrowingNode extends SyntaxNode {
  readonly children: GrowingNode[];
  readonly parent: GrowingNode | undefined;
}

function copyNode(cursor: Cursor, source: MappedText, parent: GrowingNode | undefined): GrowingNode {
  const start = cursor.startIndex;
  const end = cursor.endIndex;
  return {
    kind: cursor.nodeType,
    field: cursor.currentFieldName ?? undefined,
    children: [],
    parent,
    start,
    end,
    line: source.lineAt(start),
    endLine: source.lineAt(Math.max(start, end - 1)),
  };
}
