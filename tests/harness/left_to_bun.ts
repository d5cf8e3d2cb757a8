import process from "node:process";

/**
 * Whether a test is left to Bun: in Deno, unless `CI` is set. Those that ask look at what another program does with many files (ffmpeg,
 * NumPy, a browser), which takes minutes and does the same in both; the code that starts such a program and reads from it is always tried
 * in both, as in tests/audio/container_times.test.ts. In CI, `npm test -- --outside` runs them in Deno as well.
 */
export const leftToBun = "Deno" in globalThis && !process.env.CI;
