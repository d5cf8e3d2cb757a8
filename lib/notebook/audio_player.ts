import { encodeWav } from "#lib/audio/encode_wav.ts";
import { NETWORK_SAMPLE_RATE } from "#lib/audio/mono_blocks.ts";
import { escapeXml } from "#lib/plots/escape_xml.ts";
import { type Displayed, displayed } from "./displayed.ts";

/** Settings of {@link audioPlayer}. */
export interface AudioPlayerOptions {
  /** Hz. @default 16000 */
  readonly sampleRate?: number;
  /** What is heard, for its label. @default "Recording" */
  readonly title?: string;
  /** Longest that is put in the notebook, in seconds; it takes 43 kB a second at 16 kHz. @default 60 */
  readonly maxSec?: number;
}

/**
 * A player for samples: the sound itself is in the notebook, as 16-bit WAV.
 *
 * @param samples One channel in [-1, 1].
 * @throws {RangeError} when there are no samples, more than `maxSec` of them, or one is NaN.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { audioPlayer } from "#lib/notebook/audio_player.ts";
 * import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
 * const shown = await audioPlayer(new Float32Array(8000))[JUPYTER_DISPLAY]();
 * assert.match(shown["text/html"]!, /<audio controls .*src="data:audio\/wav;base64,UklGR/);
 * assert.equal(shown["text/plain"], "Recording: 0.50 s at 16000 Hz");
 * ```
 */
export function audioPlayer(samples: Float32Array, options: AudioPlayerOptions = {}): Displayed {
  const { sampleRate = NETWORK_SAMPLE_RATE, title = "Recording", maxSec = 60 } = options;
  const durationSec = samples.length / sampleRate;
  if (!(durationSec > 0 && durationSec <= maxSec)) {
    throw new RangeError(
      `A player takes up to ${maxSec} s of sound, got ${durationSec.toFixed(2)} s; cut it or raise maxSec`,
    );
  }
  return displayed(() => {
    const label = `${title}: ${durationSec.toFixed(2)} s at ${sampleRate} Hz`;
    const wav = base64(encodeWav(samples, { sampleRate }));
    const name = escapeXml(label);
    return {
      "text/html": `<figure style="margin: 0"><figcaption>${name}</figcaption>` +
        `<audio controls aria-label="${name}" src="data:audio/wav;base64,${wav}"></audio></figure>`,
      "text/plain": label,
    };
  });
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}
