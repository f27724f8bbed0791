import type { ImageFacts } from "#facts/image/image-facts.js";
import { bindingsOf } from "#facts/python/bindings.js";
import { type SyntaxNode, textOf } from "#facts/python/module.js";
import { resolvedName } from "#facts/python/names.js";
import { childByField } from "#facts/python/syntax.js";
import { bodyNodes, functionCalled, type Handler, handlersOf, readerOf } from "./handler.js";

/** Functions whose return value becomes a job's result: the handlers, and what they return the call of. */
export function resultFunctionsOf(image: ImageFacts): readonly Handler[] {
  const found = new Map<SyntaxNode, Handler>();
  const open = [...handlersOf(image)];
  for (let handler = open.pop(); handler !== undefined; handler = open.pop()) {
    if (found.has(handler.function.body)) continue;
    found.set(handler.function.body, handler);
    for (const node of bodyNodes(handler.function)) {
      const returned = node.kind === "return_statement" ? node.children[0] : undefined;
      const value = returned && boundOnce(handler, returned);
      const call = value?.kind === "await" ? value.children[0] : value;
      const callee = call?.kind === "call" ? childByField(call, "function") : undefined;
      const name = callee && resolvedName(handler.module.module, callee);
      const called = name === undefined ? undefined : functionCalled(image, handler.module, name);
      if (called !== undefined) open.push(readerOf(called.module, called.function, ""));
    }
  }
  return [...found.values()];
}

/** `result = generate(…)` and `return result`: the one value of a name, the node itself otherwise. */
function boundOnce({ module, function: { body } }: Handler, node: SyntaxNode): SyntaxNode {
  if (node.kind !== "identifier" || body.parent === undefined) return node;
  return bindingsOf(module.module, body.parent).get(textOf(module.module, node))?.value ?? node;
}
