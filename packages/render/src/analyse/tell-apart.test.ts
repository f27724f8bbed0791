import { describe, expect, it } from "vitest";
import { judge, likenesses } from "./tell-apart.js";
import { embeddingOf } from "./testing/scripted-people.js";

const [front, side] = [0, 60];

describe("whose a face is", () => {
  it("is measured at the nearest view, of the person and of everybody else", () => {
    const target = { kind: "known", embeddings: [embeddingOf(3), embeddingOf(0)], others: [embeddingOf(1)] } as const;
    expect(likenesses(embeddingOf(0), [target])).toEqual([{ own: 1, other: 0 }]);
    expect(likenesses(embeddingOf(1), [target])).toEqual([{ own: 0, other: 1 }]);
  });

  it.each([
    ["like the target and unlike the others", [{ own: 0.45, other: 0.2 }], front, 0],
    [
      "like the second target",
      [
        { own: 0.2, other: 0.7 },
        { own: 0.7, other: 0.2 },
      ],
      front,
      1,
    ],
    [
      "more like the second of two targets",
      [
        { own: 0.6, other: 0.1 },
        { own: 0.7, other: 0.1 },
      ],
      front,
      1,
    ],
    ["as like somebody else", [{ own: 0.62, other: 0.6 }], front, "unsure"],
    ["more like somebody else", [{ own: 0.5, other: 0.8 }], front, "stranger"],
    ["a little like the target", [{ own: 0.3, other: 0.1 }], front, "unsure"],
    ["unlike everybody, from the front", [{ own: 0.1, other: 0.1 }], front, "stranger"],
    ["unlike everybody, from the side", [{ own: 0.1, other: 0.1 }], side, "unsure"],
    ["like the target, from the side", [{ own: 0.5, other: 0.1 }], side, 0],
  ] as const)("%s", (_, measured, yawDegrees, verdict) => {
    expect(judge(measured, yawDegrees)).toBe(verdict);
  });

  it("is nobody's when the target has a face that is more like them", () => {
    expect(judge([{ own: 0.5, other: 0.1 }], front, new Set([0]))).toBe("stranger");
  });
});
