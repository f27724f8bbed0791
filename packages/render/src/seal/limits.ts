const megabyte = 1024 * 1024;

/**
 * Largest file, inclusive, into which the library embeds credentials by itself; a larger one gets a sidecar. The library
 * builds the file in its memory, some four times over: 60 MB cost 0.3 GB, 200 MB would cost 0.9 GB. Ordinary MP4 films do
 * not come under it, because they are laid out here, block by block.
 */
export const maxEmbeddedBytes = 64 * megabyte;

/** Largest file whose credentials are read, inclusive. */
export const maxReadBytes = 2048 * megabyte;

/** Largest manifest store that is read, inside or beside an MP4 file, inclusive; ours have some 3000 bytes. */
export const maxStoreBytes = 16 * megabyte;

/** A file that keeps the library busy for longer was made to do so: 2 GB take it some twenty seconds. */
export const maxLibrarySeconds = 120;

/** The same for reading a file of this size; an honest one takes 0.1 s and 0.01 s a megabyte. */
export function maxReadSeconds(byteLength: number): number {
  return Math.min(maxLibrarySeconds, 15 + byteLength / (20 * megabyte));
}

/** Most boxes at the top of an MP4 file that is read; a day of film in fragments of two seconds has 86 400. */
export const maxTopBoxes = 100_000;

/** The library's memory never shrinks; a thread that has grown beyond this is ended after its work. */
export const maxIdleMemoryBytes = 96 * megabyte;
