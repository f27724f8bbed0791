import { expect, it, test } from "vitest";
import { checkAddress } from "./check-address.js";

const namesLeadTo =
  (...addresses: string[]) =>
  async () =>
    addresses;

test("a public address may be asked", async () => {
  const options = { resolve: namesLeadTo("1.1.1.1") };
  expect(await checkAddress("https://hooks.example/a?b", options)).toBe("https://hooks.example/a?b");
});

it.each([
  ["ftp://hooks.example/", "bad-url", ["1.1.1.1"]],
  ["http://169.254.169.254/", "address-refused", []],
  ["https://hooks.example/", "address-refused", ["1.1.1.1", "10.0.0.1"]],
  ["https://hooks.example/", "unresolved", []],
])("%s is refused: %s", async (url, code, addresses) => {
  await expect(checkAddress(url, { resolve: namesLeadTo(...addresses) })).rejects.toMatchObject({ code });
});

test("a name server that never answers is waited for no longer than for a connection", async () => {
  const options = { resolve: () => new Promise<never>(() => undefined), limits: { connectMs: 5 } };
  await expect(checkAddress("https://hooks.example/", options)).rejects.toMatchObject({ code: "too-slow" });
});
