/** A number from 0 to 1, exclusive. */
export type Random = () => number;

/** Damages a text at one place; undefined when it has no such place. */
export type LineMutator = (lines: readonly string[], random: Random) => readonly string[] | undefined;

/** mulberry32: the same numbers for the same seed on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Slips of a hand or an editor, and what flattening a program into one `python -c` line does. */
export const lineMutators: readonly LineMutator[] = [
  editing(/^\s+\S/, (line) => line.replace(/^(?: {1,4}|\t)/, "")),
  editing(/\S/, (line) => `    ${line}`),
  editing(/\S/, (line) => ` ${line}`),
  editing(/:\s*$/, (line) => line.replace(/:\s*$/, "")),
  editing(/\)/, (line, random) => withoutOne(line, ")", random)),
  editing(/\(/, (line, random) => withoutOne(line, "(", random)),
  editing(/["']/, (line, random) => withoutOne(line, line.includes('"') ? '"' : "'", random)),
  editing(/,/, (line, random) => withoutOne(line, ",", random)),
  editing(/=/, (line, random) => withoutOne(line, "=", random)),
  joining(/\S/, "; "),
  joining(/^\s*(?:try|with|for|if|while|def|class)\b.*:\s*$/, " "),
  flattening(/^\s*(?:try|with|for|if|while)\b/),
  flattening(/^\s*(?:except|finally|else|elif)\b/),
  removing(/\S/),
];

function editing(wanted: RegExp, edit: (line: string, random: Random) => string): LineMutator {
  return (lines, random) => {
    const at = pick(lines, wanted, random);
    return at === undefined ? undefined : lines.with(at, edit(lines[at] ?? "", random));
  };
}

/** Puts a line and the next one together. */
function joining(wanted: RegExp, glue: string): LineMutator {
  return (lines, random) => {
    const at = pick(lines.slice(0, -1), wanted, random);
    if (at === undefined) return undefined;
    return lines.toSpliced(at, 2, `${lines[at]}${glue}${(lines[at + 1] ?? "").trim()}`);
  };
}

/** Puts a compound statement behind the line before it. */
function flattening(wanted: RegExp): LineMutator {
  return (lines, random) => {
    const at = pick(lines, wanted, random);
    if (at === undefined || at === 0) return undefined;
    return lines.toSpliced(at - 1, 2, `${lines[at - 1]}; ${(lines[at] ?? "").trim()}`);
  };
}

function removing(wanted: RegExp): LineMutator {
  return (lines, random) => {
    const at = pick(lines, wanted, random);
    return at === undefined ? undefined : lines.toSpliced(at, 1);
  };
}

function pick(lines: readonly string[], wanted: RegExp, random: Random): number | undefined {
  const places = [...lines.keys()].filter((index) => wanted.test(lines[index] ?? ""));
  return places[Math.floor(random() * places.length)];
}

function withoutOne(line: string, character: string, random: Random): string {
  const places = [...line.matchAll(new RegExp(`[${character}]`, "g"))].map((match) => match.index);
  const at = places[Math.floor(random() * places.length)] ?? 0;
  return line.slice(0, at) + line.slice(at + 1);
}
