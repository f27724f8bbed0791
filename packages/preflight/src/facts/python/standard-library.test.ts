import { expect, it } from "vitest";
import { isStandardLibrary } from "./standard-library.js";

it.each([
  "os",
  "os.path",
  "tomllib",
  "zoneinfo",
  "distutils.core",
  "asyncore",
  "imp",
  "winreg",
  "__future__",
  "_thread",
])("%s comes with CPython", (name) => {
  expect(isStandardLibrary(name)).toBe(true);
});

it.each(["torch", "yaml", "requests.sessions", "osx", "", ".os", "setuptools", "pip"])("%s does not", (name) => {
  expect(isStandardLibrary(name)).toBe(false);
});
