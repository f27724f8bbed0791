/** An ASS file of a white box at 20,10 of 40x20 pixels, shown from 0.25 s to 0.5 s; `size` such as `192x108`. Needs no font. */
export function assBox(size: string): string {
  const [width, height] = size.split("x");
  return String.raw`[Script Info]
ScriptType: v4.00+
YCbCr Matrix: None
PlayResX: ${width}
PlayResY: ${height}
LayoutResX: ${width}
LayoutResY: ${height}
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, BorderStyle, Outline, Shadow, Alignment
Style: Box,Any,20,&H00FFFFFF,1,0,0,7
[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.25,0:00:00.50,Box,{\pos(20,10)\p1}m 0 0 l 40 0 40 20 0 20
`;
}
