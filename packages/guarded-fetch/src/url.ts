import { GuardedFetchError } from "#errors.js";
import { parseUrl } from "./parse-url.js";

declare const checked: unique symbol;

/** An absolute http(s) URL in WHATWG normal form, without credentials and fragment; only `checkUrl` makes one. */
export type GuardedUrl = string & { readonly [checked]: true };

/** Above what presigned URLs need (S3 with a session token: about 2,000 characters), below what floods a log. */
const maxUrlLength = 8192;

/** RFC 1035 2.3.4, in presentation form. */
const maxNameLength = 253;

/** Ports of 1024 and above that the Fetch standard blocks ("port blocking"), because other protocols listen there. */
const badPorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/**
 * Reads a URL that a stranger wrote; looks at its text only and asks no name server.
 * White space at both ends is dropped, as people paste it. What two parsers could read differently is refused: control
 * characters, backslashes, a missing `//`, names outside letters, digits, `-`, `_` and single dots. Odd spellings of
 * IPv4 addresses (`0x7f.1`, `2130706433`, circled digits) come out in normal form; a name loses its trailing dot.
 * @throws GuardedFetchError `bad-url`
 */
export function checkUrl(text: string): GuardedUrl {
  if (typeof text !== "string") throw badUrl("is not text");
  if (text.length > maxUrlLength) throw badUrl(`is longer than ${maxUrlLength} characters`);
  const trimmed = text.trim();
  if (!/^https?:\/\/[^/]/i.test(trimmed)) throw badUrl("does not start with http:// or https:// and a host");
  return checkText(trimmed);
}

/**
 * Reads the Location of a redirect, relative to where it came from. Node hands header bytes over as Latin-1; servers
 * send UTF-8.
 * @throws GuardedFetchError `bad-url`
 */
export function checkLocation(location: string, from: GuardedUrl): GuardedUrl {
  if (location.length > maxUrlLength) throw badUrl(`is longer than ${maxUrlLength} characters`);
  return checkText(Buffer.from(location, "latin1").toString("utf8"), from);
}

/** The host of a URL as DNS and sockets want it: an IPv6 address without its brackets. */
export function hostOf(url: GuardedUrl): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}

/** Scheme, host and port: what may share a caller's headers. */
export function originOf(url: GuardedUrl): string {
  return new URL(url).origin;
}

function checkText(text: string, base?: GuardedUrl): GuardedUrl {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F\\]/.test(text)) throw badUrl("holds a control character or a backslash");
  const url = parseUrl(text, base);
  if (url === undefined) throw badUrl("cannot be read");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw badUrl("is neither http nor https");
  if (url.username !== "" || url.password !== "") throw badUrl("holds a user name or password");
  url.hash = "";
  if (url.hostname.endsWith(".")) url.hostname = url.hostname.slice(0, -1);
  if (!isHost(url.hostname)) throw badUrl("has a host that is not a name or an address");
  if (!isPort(url.port)) throw badUrl("has a port that is not for the web");
  return url.href as GuardedUrl;
}

function isHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return true;
  return hostname.length <= maxNameLength && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(hostname);
}

/**
 * 80, 443 and 1024 upward. Below 1024 live mail, shells, directories and file shares, none of which serves media: a
 * stranger could make this machine talk to somebody else's on their behalf.
 */
function isPort(port: string): boolean {
  if (port === "") return true; // the scheme's own
  const number = Number(port);
  return number === 80 || number === 443 || (number >= 1024 && !badPorts.has(number));
}

function badUrl(why: string): GuardedFetchError {
  return new GuardedFetchError("bad-url", `The URL ${why}.`);
}
