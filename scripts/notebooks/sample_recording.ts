import { encodeWav } from "#lib/audio/encode_wav.ts";

const RATE = 16000;

/** Two voices: the pitch in Hz, and formants with their heights. */
const VOICES = [
  { hz: 118, formants: [[700, 1], [1200, 0.5], [2500, 0.25]] },
  { hz: 215, formants: [[420, 1], [2100, 0.5], [2900, 0.3]] },
];

/**
 * A WAV file of 16 s in which two voices hum in turns of four seconds: harmonics under formants that move with each syllable. Not speech,
 * but near enough for the networks.
 */
export function sampleRecording(): Uint8Array {
  let cycles = 0;
  const samples = Float32Array.from({ length: 16 * RATE }, (_, n) => {
    const t = n / RATE, syllable = Math.floor(4.3 * t);
    const { hz, formants } = VOICES[Math.floor(t / 4) % 2];
    const pitch = hz * (1 + 0.08 * Math.sin(2 * Math.PI * 0.7 * t));
    cycles += pitch / RATE;
    if (t % 4 > 3.5 || share(syllable, 9) < 0.12) return 0; // a pause
    let sum = 0;
    for (let harmonic = 1; harmonic * pitch < 5000; harmonic++) {
      const gain = formants.reduce((gain, [centre, height], i) => {
        const moved = centre * (0.75 + 0.5 * share(syllable, i + 1));
        return gain + height * Math.exp(-(((harmonic * pitch - moved) / 180) ** 2));
      }, 0.02);
      sum += gain / Math.sqrt(harmonic) * Math.sin(2 * Math.PI * harmonic * cycles);
    }
    return 0.15 * sum * Math.sin(Math.PI * ((4.3 * t) % 1)) ** 0.7;
  });
  return encodeWav(samples, { sampleRate: RATE });
}

/** Between 0 and 1, different for each syllable. */
function share(syllable: number, k: number): number {
  const x = 43758.5453 * Math.sin((syllable + 1) * 12.9898 + k * 78.233);
  return x - Math.floor(x);
}
