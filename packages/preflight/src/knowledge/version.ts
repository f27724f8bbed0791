/** Compares dotted versions by their numbers; `rc1`, `+cu121` and `.post1` tails are left out: negative, 0 or positive. */
export function compareVersions(first: string, second: string): number {
  const left = numbersOf(first);
  const right = numbersOf(second);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): readonly number[] {
  return (/^v?(?:\d+!)?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? "0").split(".").map(Number);
}
