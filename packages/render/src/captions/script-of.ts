/** Whether a word is written from right to left. */
export function isRightToLeft(text: string): boolean {
  return /[\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}]/u.test(text);
}

/** Whether a character is an emoji, which text fonts draw as an empty box. */
export function isEmoji(grapheme: string): boolean {
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(grapheme);
}
