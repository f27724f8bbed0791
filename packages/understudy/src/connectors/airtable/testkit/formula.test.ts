import { describe, expect, it } from "vitest";
import { readFormula } from "./formula.js";
import type { Cell, StoredTable } from "./model.js";
import { Refusal } from "./refusal.js";

const names = { fldName0000000000: "Name", fldDone0000000000: "Done", fldOdd00000000000: "A }\u05D0 b" };

const table: StoredTable = {
  id: "tbl",
  name: "People",
  primaryFieldId: "fldName0000000000",
  viewId: "viw",
  fields: new Map(Object.entries(names).map(([id, name]) => [id, { id, name, type: "singleLineText" }])),
  records: new Map(),
};

function fulfils(formula: string, cells: Readonly<Record<string, Cell>>): boolean {
  return readFormula(formula, table)({ id: "rec1", createdTime: "", cells: new Map(Object.entries(cells)) });
}

function refusal(formula: string): unknown {
  try {
    readFormula(formula, table);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Refusal ? thrown.body : thrown;
  }
}

describe("formulas of the stand-in", () => {
  it.each([
    ["{Name}='Ada'", true],
    ['Name = "Ada"', true],
    ["{fldName0000000000}='Ada'", true],
    ["{Name}='ada'", false],
    ["{Name}!='Ada'", false],
    ["{Name}", true],
    ["{Done}", true],
    ["{Done}=TRUE()", true],
    ["{Done}=1", true],
    ["NOT({Done})", false],
    ["{A \\}\u05D0 b}=''", true],
    ["{A \\}\u05D0 b}=BLANK()", true],
    ["{A \\}\u05D0 b}", false],
    ["RECORD_ID()='rec1'", true],
    ["OR(RECORD_ID()='rec2', RECORD_ID() = 'rec1')", true],
    ["AND({Done}, {Name}='Bea')", false],
    ["AND(({Done}), or({Name}='Bea', 1))", true],
    ["'It\\'s' = \"It's\"", true],
    ["LOWER(TRIM(' ADA '))='ada'", true],
    ["lower({Name})='ada'", true],
    ["TRIM({A \\}\u05D0 b})=''", true],
    ["FALSE()", false],
  ])("%s is %s", (formula, expected) => {
    expect(fulfils(formula, { fldName0000000000: "Ada", fldDone0000000000: true })).toBe(expected);
  });

  it.each([
    "{Name",
    "{Name}=",
    "='x'",
    "OR(",
    "OR('a' 'b')",
    "AND()",
    "UPPER({Name})",
    "LOWER()",
    "TRIM('a', 'b')",
    "NOT('a', 'b')",
    "{Name}=='x'",
    "1 1",
    "'x",
    "{Name} & 'x'",
  ])("%s is refused", (formula) => {
    expect(refusal(formula)).toEqual({
      error: {
        type: "INVALID_FILTER_BY_FORMULA",
        message: "The formula for filtering records is invalid: Invalid formula. Please check your formula text.",
      },
    });
  });

  it("names fields that are not there in small letters", () => {
    expect(refusal("AND({Nme}='x', Other)")).toEqual({
      error: {
        type: "INVALID_FILTER_BY_FORMULA",
        message: "The formula for filtering records is invalid: Unknown field names: nme, other",
      },
    });
  });
});
