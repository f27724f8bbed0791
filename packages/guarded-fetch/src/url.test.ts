import { describe, expect, it } from "vitest";
import { checkLocation, checkUrl, hostOf } from "./url.js";

describe("checkUrl", () => {
  it.each([
    ["https://example.com", "https://example.com/"],
    ["  https://example.com/a b.mp4\r\n", "https://example.com/a%20b.mp4"],
    ["HTTPS://EXAMPLE.com:443/x?y=1#z", "https://example.com/x?y=1"],
    ["https://example.com./x", "https://example.com/x"],
    ["https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"],
    ["https://a_b.example/", "https://a_b.example/"],
    ["http://example.com:8080/", "http://example.com:8080/"],
    ["http://[2606:4700::1111]/", "http://[2606:4700::1111]/"],
    ["https://example.com/?a=b@c&d=%5C", "https://example.com/?a=b@c&d=%5C"],
  ])("%j is %s", (text, normal) => {
    expect(checkUrl(text)).toBe(normal);
    expect(checkUrl(checkUrl(text))).toBe(normal);
  });

  it.each([
    "http://127.1",
    "http://127.0.0.1.",
    "http://0x7f.1",
    "http://0x7f000001",
    "http://0X7F.0.0.0X1",
    "http://2130706433",
    "http://0177.0.0.01",
    "http://017700000001",
    "http://00000177.1",
    "http://%31%32%37.0.0.1",
    "http://127。0。0。1",
    "http://①②⑦.⓪.⓪.①",
    "http://１２７.0.0.1",
  ])("%s is 127.0.0.1 in another spelling", (text) => {
    expect(hostOf(checkUrl(text))).toBe("127.0.0.1");
  });

  it.each([
    ["nothing", ""],
    ["a path", "/video.mp4"],
    ["a name alone", "example.com/video.mp4"],
    ["a missing slash", "http:/example.com"],
    ["a scheme alone", "http:example.com"],
    ["a third slash", "http:///example.com"],
    ["no host", "https://"],
    ["a file", "file:///etc/passwd"],
    ["gopher", "gopher://example.com:6379/_INFO"],
    ["dict", "dict://example.com:11211/stats"],
    ["ftp", "ftp://example.com/a"],
    ["data", "data:video/mp4;base64,AAAA"],
    ["blob", "blob:https://example.com/1"],
    ["a script", "javascript:alert(1)"],
    ["jar", "jar:http://example.com!/a"],
    ["a user", "https://user@example.com/"],
    ["a password", "https://:secret@example.com/"],
    ["an address as user", "http://8.8.8.8@127.0.0.1/"],
    ["an encoded # before @", "http://127.0.0.1%2523@8.8.8.8/"],
    ["spaces, @ and #", "http://1.1.1.1 &@2.2.2.2# @3.3.3.3/"],
    ["a backslash before @", "http://example.com\\@127.0.0.1/"],
    ["a backslash for a slash", "http:\\\\127.0.0.1\\"],
    ["a tab in the host", "http://exam\tple.com/"],
    ["a newline in the scheme", "ht\ntp://example.com/"],
    ["a header after a newline", "http://example.com/\r\nHost: other.example"],
    ["a NUL", "http://example.com/\0.mp4"],
    ["a space in the host", "http://exa mple.com/"],
    ["an encoded slash in the host", "http://example.com%2f@127.0.0.1/"],
    ["a comma in the host", "http://example.com,127.0.0.1/"],
    ["two dots", "http://example..com/"],
    ["two dots at the end", "http://localhost../"],
    ["a dot alone", "http://./"],
    ["a number too large for an address", "http://7147006462/"],
    ["octets too large", "http://425.510.425.510/"],
    ["five octets", "http://127.0.0.0.1/"],
    ["an IPv6 zone", "http://[fe80::1%25eth0]/"],
    ["an IPv6 address without brackets", "http://::1/"],
    ["a name of 254 characters", `http://${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(62)}/`],
    ["more than 8,192 characters", `https://example.com/${"a".repeat(8192)}`],
  ])("refuses %s", (_what, text) => {
    expect(() => checkUrl(text)).toThrow(expect.objectContaining({ code: "bad-url" }));
  });

  it.each([0, 21, 22, 25, 53, 111, 389, 445, 465, 993, 1023, 2049, 6000, 6667, 10080])("refuses port %d", (port) => {
    expect(() => checkUrl(`http://example.com:${port}/`)).toThrow(/port/);
  });

  it.each([80, 443, 1024, 8000, 8080, 8443, 9000, 65535])("lets port %d through under both schemes", (port) => {
    expect(checkUrl(`https://example.com:${port}/`)).toMatch(/^https:/);
    expect(checkUrl(`http://example.com:${port}/`)).toMatch(/^http:/);
  });

  it("refuses what is not text, as JSON from a stranger may hold anything", () => {
    expect(() => checkUrl(["https://example.com"] as unknown as string)).toThrow(/not text/);
  });

  it("keeps the URL out of its messages", () => {
    expect(() => checkUrl("https://user:hunter2@example.com/?token=abc")).toThrow(
      /^The URL holds a user name or password\.$/,
    );
  });
});

describe("checkLocation", () => {
  const from = checkUrl("https://example.com/a/b?c");

  it.each([
    ["d", "https://example.com/a/d"],
    ["/d?e", "https://example.com/d?e"],
    ["//other.example/x", "https://other.example/x"],
    ["https://other.example./#f", "https://other.example/"],
    [Buffer.from("/ä.mp4").toString("latin1"), "https://example.com/%C3%A4.mp4"],
  ])("%j leads to %s", (location, normal) => {
    expect(checkLocation(location, from)).toBe(normal);
  });

  it.each([
    "file:///etc/passwd",
    "gopher://example.com/",
    "//user:pass@other.example/",
    "/\\other.example",
    "//other.example:25/",
  ])("refuses %s", (location) => {
    expect(() => checkLocation(location, from)).toThrow(expect.objectContaining({ code: "bad-url" }));
  });
});
