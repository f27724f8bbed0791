/**
 * The functions of `kernels/` (AssemblyScript): planes and records are addresses in the instance's memory (`byteOffset` of its
 * arrays). Each is documented where it is written.
 */
export interface KernelFunctions {
  boxBlur(plane: number, width: number, height: number, radius: number, scratch: number): void;
  compositeChroma(scene: number): void;
  compositeLuma(scene: number, grainShare: number): void;
  findSpans(
    vertices: number,
    triangles: number,
    cornerCount: number,
    width: number,
    height: number,
    into: number,
  ): number;
  hideBehind(scene: number): void;
  layOut(unwrapped: number, columns: number, rows: number, into: number, size: number): void;
  matchLight(
    scene: number,
    radius: number,
    pedestal: number,
    knowsUsual: number,
    lumaStrength: number,
    foldStrength: number,
    lastingFoldStrength: number,
    expressionStrength: number,
  ): number;
  measureFineness(scene: number, into: number): number;
  solveAffineMaps(
    vertices: number,
    triangles: number,
    cornerCount: number,
    values: number,
    channels: number,
    into: number,
  ): void;
  spanRoom(vertices: number, triangles: number, cornerCount: number, height: number): number;
  warpColour(scene: number, spans: number, count: number, maps: number, source: number, side: number): void;
  warpKeptChroma(
    scene: number,
    spans: number,
    count: number,
    maps: number,
    blue: number,
    red: number,
    sourceWidth: number,
    sourceHeight: number,
  ): void;
  warpKeptLuma(
    scene: number,
    spans: number,
    count: number,
    maps: number,
    source: number,
    sourceWidth: number,
    sourceHeight: number,
  ): void;
  warpLinear(
    spans: number,
    count: number,
    maps: number,
    first: number,
    second: number,
    third: number,
    width: number,
  ): void;
  warpPlane(
    spans: number,
    count: number,
    maps: number,
    source: number,
    side: number,
    target: number,
    width: number,
  ): void;
}
