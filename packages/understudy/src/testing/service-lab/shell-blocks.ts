/** A piece of a document that a shell is to run. */
export interface ShellBlock {
  /** The bold words that its paragraph begins with. */
  readonly name: string;
  readonly script: string;
}

/** The `sh` blocks of one section of a document, in order. @param heading the section's, without its marks. */
export function shellBlocksOf(document: string, heading: string): readonly ShellBlock[] {
  const section = document.split(/^#{2,3} /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const blocks: ShellBlock[] = [];
  let name = "";
  for (const { groups } of section.matchAll(/^\*\*(?<name>.+?)\.\*\*|^```sh\n(?<script>[\s\S]*?)^```$/gm)) {
    name = groups?.["name"] ?? name;
    if (groups?.["script"] !== undefined) blocks.push({ name, script: groups["script"] });
  }
  return blocks;
}
