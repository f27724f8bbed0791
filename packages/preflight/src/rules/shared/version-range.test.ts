import { expect, it } from "vitest";
import { newestAllowedIsIn } from "./version-range.js";

const range = ">=1.7.11,<1.10.1";

it.each(["==1.7.12", "~=1.7.9", "~=1.7.12", "==1.8.*", "<1.10", "<=1.10.0", ">=1.7,<1.9", ">=1.7.11, <1.10.1"])(
  "sees that %s ends in the range",
  (specifier) => expect(newestAllowedIsIn(specifier, range)).toBe(true),
);

it.each(["", ">=1.3.0", "==1.7.10", "==1.10.1", "<1.7.11", "~=1.7", "~=1.10.1", "!=1.8.0", "==1.8.0rc1", "<2"])(
  "does not see that %s does",
  (specifier) => expect(newestAllowedIsIn(specifier, range)).toBe(false),
);
