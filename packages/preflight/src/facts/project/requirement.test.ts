import { describe, expect, it } from "vitest";
import { parseRequirement } from "./requirement.js";

describe("parseRequirement", () => {
  it.each([
    ["runpod", { name: "runpod", specifier: "" }],
    ["runpod>=1.3.0", { name: "runpod", specifier: ">=1.3.0" }],
    ["Flash_Attn.Extra >= 2, < 3", { name: "flash-attn-extra", specifier: ">= 2, < 3" }],
    ["torch==2.4.0+cu121", { name: "torch", specifier: "==2.4.0+cu121" }],
    ["numpy (>=1.20)", { name: "numpy", specifier: ">=1.20" }],
    ["imageio[ffmpeg, pyav]~=2.0", { name: "imageio", specifier: "~=2.0", extras: ["ffmpeg", "pyav"] }],
    ["sam2 @ git+https://github.com/x/sam2@abc", { name: "sam2", url: "git+https://github.com/x/sam2@abc" }],
    ["x @ https://h/x-1-py3-none-any.whl ; sys_platform == 'linux'", { url: "https://h/x-1-py3-none-any.whl" }],
    ["git+https://github.com/x/y.git@v1#egg=My_Y[a]", { name: "my-y", extras: ["a"] }],
    ["https://h/flash_attn-2.7.4+cu12-cp310-cp310-linux_x86_64.whl", { name: "flash-attn" }],
    ["git+https://github.com/x/y", { name: "", url: "git+https://github.com/x/y" }],
    ['decord; platform_machine == "x86_64"', { name: "decord" }],
    ['tomli; python_version < "3.11"', { name: "tomli" }],
  ])("reads %s", (written, expected) => {
    expect(parseRequirement(written)).toMatchObject({ written, ...expected });
  });

  it.each([
    'pywin32; sys_platform == "win32"',
    "x; platform_system != 'Linux'",
    "x; os_name == 'nt' and python_version > '3.8'",
    "x; extra == 'dev'",
    'mlx ; sys_platform == "darwin" or platform_machine == "arm64"',
  ])("drops %s, which no worker installs", (written) => {
    expect(parseRequirement(written)).toBeUndefined();
  });

  it.each(["./local", ".", "../x", "-e .", "", "a b", "==1", "name>="])("knows that %j is none", (written) => {
    expect(parseRequirement(written)).toBeUndefined();
  });

  it("keeps what a marker leaves open", () => {
    expect(parseRequirement("x; (sys_platform == 'win32' or implementation_name == 'cpython')")).toBeDefined();
  });
});
