import { facingWeights } from "#face-mesh/mesh-measures.js";
import { unwrappedFace, unwrapSide } from "#face-mesh/face-uv.js";
import { meshVertexCount } from "#face-mesh/topology.js";
import type { PlanarFrame } from "#model/image.js";

/** The skin of one frame's face, `unwrapSide` squared values a plane; texels without skin stay 0. 16 kB a frame. */
export interface FaceSkin {
  /** Luma and chroma as the frame stores them. */
  readonly luma: Uint8Array;
  readonly blue: Uint8Array;
  readonly red: Uint8Array;
  /** How squarely the texel faces the camera: 0 from the side or outside the frame, 255 from the front. */
  readonly facing: Uint8Array;
}

/** Room for one frame's skin. */
export function createFaceSkin(): FaceSkin {
  const size = unwrapSide * unwrapSide;
  return {
    luma: new Uint8Array(size),
    blue: new Uint8Array(size),
    red: new Uint8Array(size),
    facing: new Uint8Array(size),
  };
}

const facing = new Float32Array(meshVertexCount);

/** Reads the skin of a face, 0.1 ms. @param mesh landmarks in pixels of the frame. @param into is overwritten. */
export function unwrapFace(frame: PlanarFrame, mesh: Float32Array, into: FaceSkin): void {
  const { texels, corners, shares } = unwrappedFace;
  const { y: luma, u, v, lumaStride, chromaStride } = frame;
  const lastX = frame.widthPixels - 1;
  const lastY = frame.heightPixels - 1;
  facingWeights(mesh, facing);
  for (let k = 0; k < texels.length; k++) {
    const texel = texels[k]!;
    const a = corners[3 * k]!;
    const b = corners[3 * k + 1]!;
    const c = corners[3 * k + 2]!;
    const atA = shares[3 * k]!;
    const atB = shares[3 * k + 1]!;
    const atC = shares[3 * k + 2]!;
    const x = Math.floor(mesh[3 * a]! * atA + mesh[3 * b]! * atB + mesh[3 * c]! * atC + 0.5);
    const y = Math.floor(mesh[3 * a + 1]! * atA + mesh[3 * b + 1]! * atB + mesh[3 * c + 1]! * atC + 0.5);
    if (x < 1 || y < 1 || x >= lastX || y >= lastY) {
      into.facing[texel] = 0;
      continue;
    }
    into.facing[texel] = 255 * (facing[a]! * atA + facing[b]! * atB + facing[c]! * atC);
    // The cross of five pixels around the place, and the chroma under it.
    const p = y * lumaStride + x;
    into.luma[texel] = (luma[p]! + luma[p - 1]! + luma[p + 1]! + luma[p - lumaStride]! + luma[p + lumaStride]! + 2) / 5;
    const q = (y >> 1) * chromaStride + (x >> 1);
    into.blue[texel] = u[q]!;
    into.red[texel] = v[q]!;
  }
}
