/**
 * Whether these tests run in Deno. Those that look at what another program does with many files (ffmpeg, NumPy) ask for it, and run in
 * Bun alone: the code that starts that program and reads from it is tried in both by others, such as those of audio/container_times,
 * audio/ffmpeg_faults and audio/formats.
 */
export const inDeno = "Deno" in globalThis;
