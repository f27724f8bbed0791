import { describe, expect, test } from "vitest";
import { checkSamePerson } from "./same-person.js";

const along = (degrees: number): Float32Array => {
  const embedding = new Float32Array(128);
  embedding[0] = Math.cos((degrees * Math.PI) / 180);
  embedding[1] = Math.sin((degrees * Math.PI) / 180);
  return embedding;
};

describe("several photos of one person", () => {
  test("are taken when each is like the first", () => {
    expect(() => checkSamePerson([along(0), along(40), along(-50)])).not.toThrow();
    expect(() => checkSamePerson([along(12)])).not.toThrow();
  });

  test("are refused when one shows somebody else, with its number and the likeness", () => {
    expect(() => checkSamePerson([along(0), along(20), along(75)])).toThrow(
      expect.objectContaining({
        code: "face-mismatch",
        message: expect.stringMatching(/^Photo 3 .* 0\.26; 0\.5 /u),
      }),
    );
  });
});
