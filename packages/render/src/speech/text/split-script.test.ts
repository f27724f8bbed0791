import { describe, expect, it } from "vitest";
import { UnderstudyError } from "#model/errors.js";
import { readScript } from "./read-script.js";
import { splitScript } from "./split-script.js";

const texts = (script: string) => splitScript(script).map(({ text }) => text);
const refusal = (script: string) => {
  try {
    splitScript(script);
  } catch (thrown) {
    if (thrown instanceof UnderstudyError) return `${thrown.code}: ${thrown.message}`;
  }
  return "taken";
};

describe("a script without times", () => {
  it("is cut into its sentences", () => {
    expect(texts('Hello, Anna.  Dr. Lee from the U.S. sends you $5.20!\n\nTake it: "Now?" he said')).toEqual([
      "Hello, Anna.",
      "Dr. Lee from the U.S. sends you $5.20!",
      "Take it:",
      '"Now?"',
      "he said",
    ]);
  });

  it("loses no character but white space, whatever it holds", () => {
    const script = String.raw`😀 Hi. 🎉! {\b1}Bold\N שלום. ... [Anna] says 3/4? [later] ` + "w".repeat(3000);
    expect(texts(script).join(" ")).toBe(
      readScript(script)
        .map(({ display }) => display)
        .join(" "),
    );
  });

  it("has in each part something to say", () => {
    for (const text of texts("😀. Hello! 🎉🎉! — . And bye. 👋.")) {
      expect(readScript(text).some(({ spoken }) => spoken.length > 0)).toBe(true);
    }
  });

  it("says about how long each part takes", () => {
    const [short, long] = splitScript(
      "I like it. Our coffee maker costs twenty-five dollars until the end of December.",
    );
    expect(short!.estimatedSeconds).toBeGreaterThan(0.5);
    expect(short!.estimatedSeconds).toBeLessThan(1.3);
    expect(long!.estimatedSeconds).toBeGreaterThan(3 * short!.estimatedSeconds);
  });
});

describe("a script with times", () => {
  it("has a part for each paragraph, and says where it belongs", () => {
    const script = "[5] Hello Anna. How are you?\n\n[0:12.5-18] Look\nat this.\r\n\r\n[ 1:02 – 1:10 ] Bye.";
    expect(splitScript(script).map(({ text, place }) => [text, place])).toEqual([
      ["Hello Anna. How are you?", { startSeconds: 5 }],
      ["Look at this.", { startSeconds: 12.5, endSeconds: 18 }],
      ["Bye.", { startSeconds: 62, endSeconds: 70 }],
    ]);
  });

  it("begins a paragraph at each line with a time", () => {
    expect(splitScript("[5] One.\n[8] Two.\nand more").map(({ text }) => text)).toEqual(["One.", "Two. and more"]);
  });

  it("has no more paragraphs than anybody wants to pay for", () => {
    const script = Array.from({ length: 101 }, (_, at) => `[${at}] Hi.`).join("\n");
    expect(refusal(script)).toMatch(/^bad-script: The script has 101 paragraphs with a time, the limit is 100\.$/);
  });

  it.each([
    ["[5] One.\n\nTwo.", "bad-script: Paragraph 2 of the script has no time in front, but others have one."],
    ["One.\n\n[5] Two.", "bad-script: Paragraph 1 of the script has no time in front, but others have one."],
    ["[5-5] One.", "bad-script: Paragraph 1 of the script ends at 5 s, but begins at 5 s."],
    ["[9-5] One.", "bad-script: Paragraph 1 of the script ends at 5 s, but begins at 9 s."],
    [
      "[5] One.\n\n[5] Two.",
      "bad-script: Paragraph 2 of the script begins at 5 s, before the one in front of it ends.",
    ],
    [
      "[5-9] One.\n\n[8] Two.",
      "bad-script: Paragraph 2 of the script begins at 8 s, before the one in front of it ends.",
    ],
    ["[5] One.\n\n[8] 🎉", "bad-script: Paragraph 2 of the script has no word that can be spoken."],
  ])("refuses %j", (script, message) => {
    expect(refusal(script)).toBe(message);
  });
});

it.each(["", " \n\n ", "🎉 ...", "a".repeat(5001)])("refuses what cannot be spoken: %.10j", (script) => {
  expect(refusal(script)).toMatch(/^bad-script: /);
});
