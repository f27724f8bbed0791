import { describe, expect, it } from "vitest";
import { wheelTags } from "./wheel-tags.js";

describe("wheelTags", () => {
  it.each([
    ["https://host/a/flash_attn-2.7.4+cu12torch2.6cxx11abiFALSE-cp310-cp310-linux_x86_64.whl", "3.10", "2.6"],
    ["https://host/a/flash_attn-2.8.3%2Bcu12torch2.8-cp312-cp312-linux_x86_64.whl?x=1#sha256=0", "3.12", "2.8"],
    ["https://host/a/flash_attn_3-3.0.0-cp39-abi3-linux_x86_64.whl", undefined, undefined],
    ["https://host/a/moviepy-1.0.3-py3-none-any.whl", undefined, undefined],
  ])("reads %s", (url, python, torch) => {
    expect(wheelTags(url)).toMatchObject({ python, torch });
  });

  it("says nothing of other archives", () => {
    expect(wheelTags("https://host/a/dlib-19.24.tar.gz")).toBeUndefined();
  });
});
