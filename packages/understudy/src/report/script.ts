/** Moves each divider with its range input. Setting a property by script is not an inline style, so the policy allows it. */
export const script = `
for (const box of document.querySelectorAll(".compare-pictures")) {
  const input = box.querySelector("input");
  const move = () => box.style.setProperty("--share", input.value + "%");
  input.addEventListener("input", move);
  move();
}
`;
