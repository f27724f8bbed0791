import { describe, expect, it } from "vitest";
import { mappedFile } from "#model/mapped-text.js";
import { expressionScript, expressionWord, matrixRuns } from "./expressions.js";

describe("matrixRuns", () => {
  it("multiplies axes, extends and adds included runs", () => {
    expect(
      matrixRuns({ a: [1, 2], b: ["x"], include: [{ a: 2, c: 3 }, { a: 9 }, { d: 4 }], exclude: [{ a: 1 }] }),
    ).toEqual([{ a: 1, b: "x", d: 4 }, { a: 2, b: "x", c: 3, d: 4 }, { a: 9 }]);
  });

  it("takes runs from `include` alone, and one empty run without a matrix", () => {
    expect(matrixRuns({ include: [{ file: "A" }, { file: "B" }] })).toEqual([{ file: "A" }, { file: "B" }]);
    expect(matrixRuns(undefined)).toEqual([{}]);
    expect(matrixRuns("${{ fromJson(x) }}")).toEqual([{}]);
  });

  it("stops multiplying before 64 runs", () => {
    const axis = Array.from({ length: 40 }, (_, i) => i);
    expect(matrixRuns({ a: axis, b: axis })).toHaveLength(40);
  });
});

const scope = { env: { FILE: "docker/Dockerfile" }, matrix: { image: { tag: "v1" } } };

describe("expressionWord", () => {
  it.each([
    ["${{ env.FILE }}", "docker/Dockerfile", true],
    ["x:${{matrix.image.tag}}", "x:v1", true],
    ["${{ secrets.A }}/x", "${{ secrets.A }}/x", false],
    [3, "3", true],
  ])("turns %j into %j", (value, text, isKnown) => {
    expect(expressionWord(value, scope)).toEqual({ text, isKnown });
  });
});

describe("expressionScript", () => {
  it("keeps lines, and makes unknown expressions unset variables", () => {
    const script = expressionScript(mappedFile("a", "cd ${{ github.ref }}\ncat ${{ env.FILE }}"), scope);
    expect(script.text).toBe("cd ${github_ref}\ncat docker/Dockerfile");
    expect(script.lineAt(script.text.length - 1)).toBe(2);
  });
});
