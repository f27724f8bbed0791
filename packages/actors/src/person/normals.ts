/** Unit vertex normals of a triangle mesh, weighted by triangle area, written to `out`. */
export function accumulateNormals(points: Float32Array, triangles: Int32Array, out: Float32Array): Float32Array {
  out.fill(0);
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t]! * 3;
    const b = triangles[t + 1]! * 3;
    const c = triangles[t + 2]! * 3;
    const ax = points[a]!;
    const ay = points[a + 1]!;
    const az = points[a + 2]!;
    const ux = points[b]! - ax;
    const uy = points[b + 1]! - ay;
    const uz = points[b + 2]! - az;
    const vx = points[c]! - ax;
    const vy = points[c + 1]! - ay;
    const vz = points[c + 2]! - az;
    const x = uy * vz - uz * vy;
    const y = uz * vx - ux * vz;
    const z = ux * vy - uy * vx;
    out[a] = out[a]! + x;
    out[a + 1] = out[a + 1]! + y;
    out[a + 2] = out[a + 2]! + z;
    out[b] = out[b]! + x;
    out[b + 1] = out[b + 1]! + y;
    out[b + 2] = out[b + 2]! + z;
    out[c] = out[c]! + x;
    out[c + 1] = out[c + 1]! + y;
    out[c + 2] = out[c + 2]! + z;
  }
  for (let i = 0; i < out.length; i += 3) {
    const x = out[i]!;
    const y = out[i + 1]!;
    const z = out[i + 2]!;
    const k = 1 / (Math.sqrt(x * x + y * y + z * z) || 1);
    out[i] = x * k;
    out[i + 1] = y * k;
    out[i + 2] = z * k;
  }
  return out;
}
