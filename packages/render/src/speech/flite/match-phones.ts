const gapCost = 1;

/**
 * Finds out which word each phone of a sentence belongs to. Words in a sentence sound other than alone ("the" is `dh ax` or
 * `dh iy`), so the two sequences are matched by the cheapest edit, in which a vowel stands for a vowel more readily than for
 * a consonant.
 * @param words the phones of each word said alone.
 * @param phones what was said.
 * @returns for each phone the number of its word; phones without a partner go with the phone before them.
 */
export function matchPhones(words: readonly (readonly string[])[], phones: readonly string[]): Int32Array {
  const alone = words.flatMap((names, word) => names.map((name) => ({ name, word })));
  const width = phones.length + 1;
  const costs = new Float64Array((alone.length + 1) * width);
  for (let column = 0; column < width; column++) costs[column] = column * gapCost;
  for (let row = 1; row <= alone.length; row++) {
    costs[row * width] = row * gapCost;
    for (let column = 1; column < width; column++) {
      const above = (row - 1) * width + column;
      const replaced = costs[above - 1]! + replaceCost(alone[row - 1]!.name, phones[column - 1]!);
      const dropped = Math.min(costs[above]!, costs[row * width + column - 1]!) + gapCost;
      costs[row * width + column] = Math.min(replaced, dropped);
    }
  }
  const owners = new Int32Array(phones.length).fill(-1);
  for (let row = alone.length, column = phones.length; row > 0 && column > 0;) {
    const cost = costs[row * width + column]!;
    const above = (row - 1) * width + column;
    if (cost === costs[above - 1]! + replaceCost(alone[row - 1]!.name, phones[column - 1]!)) {
      owners[--column] = alone[--row]!.word;
    } else if (cost === costs[above]! + gapCost) row--;
    else column--;
  }
  const first = Math.max(0, owners.find((owner) => owner >= 0) ?? 0);
  for (let i = 0; i < owners.length; i++) if (owners[i]! < 0) owners[i] = i === 0 ? first : owners[i - 1]!;
  return owners;
}

function replaceCost(a: string, b: string): number {
  if (a === b) return 0;
  // Halves and quarters add up without rounding, which the way back relies on.
  return isVowel(a) === isVowel(b) ? 0.5 : 1.5;
}

function isVowel(phone: string): boolean {
  return "aeiou".includes(phone.charAt(0));
}
