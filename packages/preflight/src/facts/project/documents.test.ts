import { describe, expect, it } from "vitest";
import { readDocuments } from "./documents.js";
import { filesOf } from "./testing/files-of.js";

describe("readDocuments", () => {
  it("takes fences with their language, and the line of their first line of code", () => {
    expect(fences("README.md", "# Title\n\n```Bash title=x\nmake\n```\n~~~\na\n```\nb\n~~~\n")).toEqual([
      { language: "bash", text: "make", line: 4 },
      { language: "", text: "a\n```\nb", line: 7 },
    ]);
  });

  it("takes the indentation of a list off a fence inside it", () => {
    expect(fences("a.md", "1. Build:\n   ```sh\n   cd docker\n     docker build .\n   ```\n")).toEqual([
      { language: "sh", text: "cd docker\n  docker build .", line: 3 },
    ]);
  });

  it("runs an unclosed fence to the end, and leaves CRLF out", () => {
    expect(fences("a.md", "```\r\none\r\ntwo")).toEqual([{ language: "", text: "one\ntwo", line: 2 }]);
  });

  it("reads reStructuredText directives", () => {
    expect(
      fences("a.rst", "Use::\n\n.. code-block:: console\n   :linenos:\n\n   docker build .\n\n   ls\n\nText\n"),
    ).toEqual([{ language: "console", text: "docker build .\n\nls\n", line: 6 }]);
  });

  it("does not take requirements for a document", () => {
    const files = filesOf({ "requirements.txt": "a", "requirements/base.txt": "a", "notes.txt": "a" });
    expect(readDocuments(files).map((document) => document.path)).toEqual(["notes.txt"]);
  });
});

function fences(path: string, text: string) {
  return readDocuments(filesOf({ [path]: text }))[0]?.fences;
}
