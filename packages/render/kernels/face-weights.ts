import { at, hold, put } from "./memory";

/** Side of the unwrapped face: `unwrapSide` of the host. */
const unwrapSide = 64;

/**
 * Lays something known of the unwrapped face (64 x 64 bytes) out over the frame; 0 where there is no face.
 * @param columns, rows where in the unwrapped face each of `size` places is; -2 for none.
 */
export function layOut(unwrapped: usize, columns: usize, rows: usize, into: usize, size: i32): void {
  for (let o = 0; o < size; o++) {
    const column = at(columns, o);
    put(into, o, column === -2 ? 0 : sample(unwrapped, column, at(rows, o)));
  }
}

/** Value between texels; edges repeat. */
function sample(plane: usize, column: f32, row: f32): f32 {
  const last = <f32>unwrapSide - <f32>1.001;
  const x = hold(column, 0, last);
  const y = hold(row, 0, last);
  const xi = <i32>x;
  const yi = <i32>y;
  const p = plane + <usize>(yi * unwrapSide + xi);
  const fx = x - <f32>xi;
  const upper = <f32>load<u8>(p) + (<f32>load<u8>(p, 1) - <f32>load<u8>(p)) * fx;
  const lower = <f32>load<u8>(p, unwrapSide) + (<f32>load<u8>(p, unwrapSide + 1) - <f32>load<u8>(p, unwrapSide)) * fx;
  return upper + (lower - upper) * (y - <f32>yi);
}
