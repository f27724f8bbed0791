/**
 * FFmpeg's demuxers that read one self-contained file. Playlists (`hls`, `dash`, `concat`), image sequences and devices are
 * not among them; with `file` as the only protocol no content can make FFmpeg open a second file or an address.
 */
export const containersRead = [
  "mov,mp4,m4a,3gp,3g2,mj2",
  "matroska,webm",
  "mpegts",
  "mpeg",
  "avi",
  "flv",
  "asf",
  "ogg",
  "mp3",
  "wav",
  "flac",
  "aac",
].join(",");
