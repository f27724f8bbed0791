import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { expect, it } from "vitest";
import { checkWebhookUrl } from "./check-webhook-url.js";

const names: Readonly<Record<string, readonly string[]>> = {
  "public.example": ["8.8.8.8"],
  "inside.example": ["10.1.2.3"],
  "metadata.example": ["169.254.169.254"],
  "mixed.example": ["8.8.8.8", "127.0.0.1"],
};
const check = (url: string, allow: readonly string[] = []) =>
  checkWebhookUrl(url, {
    policy: parseAddressPolicy(allow),
    resolve: async (name) => names[name] ?? Promise.reject(new Error("unknown")),
  });

it("takes https to public addresses, in normal form", async () => {
  expect(await check(" https://Public.example:443/hook?a=1#there ")).toBe("https://public.example/hook?a=1");
});

it("takes http only to private addresses that the policy names", async () => {
  expect(await check("http://inside.example/hook", ["10.0.0.0/8"])).toBe("http://inside.example/hook");
  await expect(check("http://public.example/", ["10.0.0.0/8"])).rejects.toThrow(
    "A webhook to a public address needs https.",
  );
});

it.each([
  "https://inside.example/?s3cret",
  "https://metadata.example/?s3cret",
  "https://mixed.example/?s3cret",
  "https://nowhere.example/?s3cret",
  "https://127.0.0.1/?s3cret",
  "https://[::ffff:7f00:1]/?s3cret",
  "https://2130706433/?s3cret",
  "https://s3cret:s3cret@public.example/",
  "https://public.example:22/?s3cret",
  "ftp://public.example/?s3cret",
  "s3cret",
])("refuses %s, and says nothing of its path, query or password", async (url) => {
  const thrown: unknown = await check(url).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: "UnderstudyError", code: "webhook-refused" });
  expect((thrown as Error).message).not.toContain("s3cret");
});
