/** How loud recordings are: EBU R 128. */
export { type Loudness, LoudnessMeter } from "./loudness_meter.ts";
export { measureLoudness } from "./measure_loudness.ts";
export { TruePeak } from "./true_peak.ts";
