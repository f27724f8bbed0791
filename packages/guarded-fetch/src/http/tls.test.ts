import { describe, expect, it, vi, onTestFinished } from "vitest";
import { request } from "#request.js";
import { failureOf, loopbackPolicy, serve, serveRaw, serveSecure } from "#testing/loopback.js";
import { selfSigned } from "#testing/self-signed.js";

const identity = selfSigned("video.example");
const options = { policy: loopbackPolicy, resolve: async () => ["127.0.0.1"] };
const trusting = { ...options, certificateAuthority: identity.certificate };

describe("https", () => {
  it("checks the certificate against the URL's name while the socket goes to the pinned address", async () => {
    const { port } = await serveSecure(identity, (message, answer) => answer.end(message.headers.host));
    const answer = await request(`https://video.example:${port}/`, trusting);
    expect(answer.body.toString()).toBe(`video.example:${port}`);
  });

  it("refuses a certificate for another name", async () => {
    const { port } = await serveSecure(identity, (_message, answer) => answer.end());
    const failure = await failureOf(request(`https://other.example:${port}/`, trusting));
    expect(failure).toMatchObject({ code: "tls-failed", retryable: false });
    expect(failure.message).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  it("refuses a certificate that no authority signed, also when the environment says not to look", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => {
      vi.unstubAllEnvs();
      warned.mockRestore();
    });
    const { port } = await serveSecure(identity, (_message, answer) => answer.end());
    expect((await failureOf(request(`https://video.example:${port}/`, options))).code).toBe("tls-failed");
  });

  it("sends the name, not the address, in the TLS hello", async () => {
    let hello = "";
    const { port } = await serveRaw((socket) => {
      socket.once("data", (bytes) => {
        hello = bytes.toString("latin1");
        socket.destroy();
      });
    });
    expect((await failureOf(request(`https://video.example:${port}/`, options))).code).toBe("interrupted");
    expect(hello).toContain("video.example");
  });

  it("leaves a server that never finishes the handshake", async () => {
    const { port } = await serveRaw(() => {});
    const failure = await failureOf(
      request(`https://video.example:${port}/`, { ...options, limits: { connectMs: 50 } }),
    );
    expect(failure.message).toBe("video.example let no connection through for 50 ms.");
  });

  it("follows a redirect to http only when the caller allows it", async () => {
    const plain = await serve((_message, answer) => answer.end("plain"));
    const { port } = await serveSecure(identity, (_message, answer) => {
      answer.writeHead(302, { location: plain.origin }).end();
    });
    const url = `https://video.example:${port}/`;
    expect((await failureOf(request(url, trusting))).code).toBe("redirect-refused");
    expect(plain.seen).toEqual([]);
    expect((await request(url, { ...trusting, allowDowngrade: true })).body.toString()).toBe("plain");
  });
});
