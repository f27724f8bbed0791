import { expect, test } from "vitest";
import { isLoopback, openNote } from "./listen-address.js";

test.each(["127.0.0.1", "127.1.2.3", "localhost", "::1"])("only this machine reaches %s", (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each(["0.0.0.0", "::", "10.1.2.3", "127.example.com", "::ffff:10.1.2.3"])("others may reach %s", (host) => {
  expect(isLoopback(host)).toBe(false);
});

test("an endpoint that others reach says who can do what, and which address workers elsewhere need", () => {
  expect(openNote("0.0.0.0", 8010)).toMatch(/port 8010.*whoever has the key.*machine's name for 0\.0\.0\.0.*refused/);
  expect(openNote("10.1.2.3", 8010)).not.toContain("Elsewhere");
});
