import { describe, expect, it } from "vitest";
import { locateFault } from "./locate-fault.js";
import { isFault, maxJsonDepth, objectText, parseMembers } from "./members.js";

const read = (text: string) => parseMembers(Buffer.from(text));

describe("a JSON object's members", () => {
  it("are cut out as they were written, numbers and escapes included", () => {
    const text = ' {"a" : 12345678901234567890 ,"b":[1.0,{"c":"}\\"]"}],"d\\u0065":"\\\\","e":{"a":1e400} } ';
    expect([...(read(text) as Map<string, string>)]).toEqual([
      ["a", "12345678901234567890"],
      ["b", '[1.0,{"c":"}\\"]"}]'],
      ["de", '"\\\\"'],
      ["e", '{"a":1e400}'],
    ]);
  });

  it("agree with JSON.parse for every shape of a value", () => {
    const value = { n: null, t: true, s: 'a"b\\', o: { x: [] }, a: [{}, [1, "]"]], "": 0, "a:b,c": "{" };
    const members = read(JSON.stringify(value, null, 2)) as Map<string, string>;
    expect(JSON.parse(objectText(members))).toEqual(value);
  });

  it("of two of the same name are the later, and __proto__ is a name like any other", () => {
    expect([...(read('{"a":1,"a":2,"__proto__":{"input":3}}') as Map<string, string>)]).toEqual([
      ["a", "2"],
      ["__proto__", '{"input":3}'],
    ]);
  });

  it.each([
    ["", "is empty"],
    ["[]", "is not a JSON object"],
    ["null", "is not a JSON object"],
    ['"text"', "is not a JSON object"],
    ['{"a":NaN}', "is not JSON from position 5 on (NaN is no JSON number)"],
    ['{"a":[1,-Infinity]}', "is not JSON from position 8 on (-Infinity is no JSON number)"],
    ['{"a":1', "is not JSON from position 6 on"],
    ['{"a":1}}', "is not JSON from position 7 on"],
    ["input=1&b=2", "is not JSON from position 0 on"],
  ])("refuses %j and says where, without quoting it", (text, fault) => {
    expect(read(text)).toEqual({ fault });
  });

  it("refuses what is not UTF-8", () => {
    expect(parseMembers(Buffer.from([0x7b, 0xff, 0x7d]))).toEqual({ fault: "is not UTF-8" });
  });

  it("refuses deep nesting before it is parsed, also a million brackets", () => {
    const nested = (depth: number) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    expect(isFault(read(nested(maxJsonDepth - 1)))).toBe(false);
    expect(read(nested(maxJsonDepth))).toMatchObject({ fault: expect.stringContaining("nested") });
    expect(read("[".repeat(1_000_000))).toMatchObject({ fault: expect.stringContaining("nested") });
  });

  it("are read in linear time from a body of quotes and backslashes", () => {
    const value = '\\"'.repeat(500_000) + "\\\\".repeat(500_000);
    expect((read(`{"a":"${value}"}`) as Map<string, string>).get("a")).toHaveLength(value.length + 2);
  });
});

describe("the place of a fault", () => {
  const text = '{"a": [1, -2.5e3, "x\\n", true, null, {"b": false}], "c": {}}';

  it("is the end for JSON, and for every text that is cut short", () => {
    expect(locateFault(text)).toBe(text.length);
    const inside = text.slice(0, text.indexOf(", true"));
    expect(locateFault(inside)).toBe(inside.length);
  });

  it.each([
    ["{,}", 1],
    ['{"a" 1}', 5],
    ['{"a":1,}', 7],
    ["[1 2]", 3],
    ["[1,]", 3],
    ['{"a":01}', 6],
    ['{"a":"\n"}', 5],
    ['{"a":1]', 6],
    ["{a:1}", 1],
    ["tru", 0],
    ["1 1", 2],
  ])("of %j is %i", (bad, position) => {
    expect(() => JSON.parse(bad)).toThrow(SyntaxError);
    expect(locateFault(bad)).toBe(position);
  });
});
