import { expect, it } from "vitest";
import { dataFolderError } from "./private-file.js";

it.each([
  ["EACCES", "bad-config"],
  ["EROFS", "bad-config"],
  ["ENOSPC", "disk-full"],
  ["EIO", "data-folder-unreadable"],
  ["EMFILE", "data-folder-unreadable"],
])("%s in the data folder is %s", (code, expected) => {
  expect(dataFolderError(Object.assign(new Error("x"), { code }))).toMatchObject({ code: expected });
});
