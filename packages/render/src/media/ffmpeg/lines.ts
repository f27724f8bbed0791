/** Characters after which a line is cut. */
const maxLine = 4096;

/** The lines of a stream of text, without their ends; none is longer than 4096 characters. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, maxLine);
    yield* lines;
  }
  if (rest.length > 0) yield rest;
}
