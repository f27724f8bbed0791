import { beforeAll, describe, expect, it } from "vitest";
import { mappedFile } from "#model/mapped-text.js";
import { syntaxTreeOf } from "./copy-tree.js";
import { loadPython } from "./grammar.js";
import { textOf } from "./module.js";
import { ancestors, childByField, dottedName, stringValue, walk } from "./syntax.js";

beforeAll(loadPython);

function parse(text: string) {
  const source = mappedFile("worker.py", text);
  const tree = syntaxTreeOf(source);
  const find = (kind: string) => [...walk(tree)].find((node) => node.kind === kind) ?? tree;
  return { module: { source }, tree, find };
}

describe("the copied tree", () => {
  it("holds named nodes with their fields, parents and lines, and no comments", () => {
    const { module, tree, find } = parse("# first\nx = 1\n# last\ndef f():\n  # inside\n  return 'é😀'\n");
    expect(tree.children.map((node) => [node.kind, node.line, node.endLine])).toEqual([
      ["expression_statement", 2, 2],
      ["function_definition", 4, 6],
    ]);
    expect(textOf(module, find("string"))).toBe("'é😀'");
    expect([...ancestors(find("string"))].map((node) => node.kind)).toEqual([
      "return_statement",
      "block",
      "function_definition",
      "module",
    ]);
    expect(childByField(find("function_definition"), "body")?.kind).toBe("block");
  });

  it("stays shallow for hostile nesting", () => {
    const { tree } = parse(`x = ${"(".repeat(5000)}1${")".repeat(5000)}`);
    expect(Math.max(...[...walk(tree)].map((node) => [...ancestors(node)].length))).toBeLessThan(1100);
  });

  it("is a lone module for an empty text", () => {
    expect(parse("").tree.children).toEqual([]);
  });
});

describe("dotted names", () => {
  it("drops blanks and refuses anything but names", () => {
    const { module, find } = parse("runpod . serverless.start({})");
    expect(dottedName(module, find("attribute"))).toBe("runpod.serverless.start");
    const call = parse("get().start");
    expect(dottedName(call.module, call.find("attribute"))).toBeUndefined();
  });
});

describe("strings", () => {
  it.each([
    [String.raw`'a\tb\x41\u00e9\101\'\\'`, "a\tbAéA'\\"],
    [String.raw`r'\d\n'`, String.raw`\d\n`],
    ["'''a\nb'''", "a\nb"],
    ["'a\\\nb'", "ab"],
    ["'a' \"b\"", "ab"],
    ["f'{{x}}'", "{x}"],
    ["''", ""],
    [String.raw`'\U0001F600\q'`, String.raw`😀\q`],
  ])("%s gives its text", (written, text) => {
    const { module, tree } = parse(written);
    expect(stringValue(module, tree.children[0]?.children[0] ?? tree)).toBe(text);
  });

  it("has no text when something is put in", () => {
    const { module, find } = parse("f'a{b}'");
    expect(stringValue(module, find("string"))).toBeUndefined();
  });
});
