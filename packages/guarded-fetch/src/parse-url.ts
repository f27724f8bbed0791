/**
 * Reads a URL by the rules of browsers (https://url.spec.whatwg.org/), relative to a base where one is given; undefined
 * where it cannot be read. `URL.canParse` of Node 20 and 22 is not asked: once V8 has compiled its caller it says no to
 * every text beyond ASCII (https://github.com/AikidoSec/firewall-node/pull/1086).
 */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
