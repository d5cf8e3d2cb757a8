import { basename } from "node:path";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { NETWORK_SAMPLE_RATE } from "#lib/audio/mono_blocks.ts";
import type { Audio } from "#lib/audio/audio.ts";
import type { MonoAudio } from "#lib/audio/read_audio.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { escapeXml } from "#lib/plots/escape_xml.ts";
import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
import { factsDisplay } from "./facts_display.ts";
import { type Displayed, displayed, type MimeBundle } from "./displayed.ts";

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
 * assert.equal(shown["text/plain"], "Recording: 0.500 s at 16000 Hz");
 * ```
 */
export function audioPlayer(samples: Float32Array, options: AudioPlayerOptions = {}): Displayed {
  const { sampleRate = NETWORK_SAMPLE_RATE, title = "Recording", maxSec = 60 } = options;
  const durationSec = samples.length / sampleRate;
  if (!(durationSec > 0 && durationSec <= maxSec)) {
    throw new RangeError(
      `A player takes up to ${maxSec} s of sound, got ${formatSeconds(durationSec)}; cut it or raise maxSec`,
    );
  }
  return displayed(() => {
    const label = `${title}: ${formatSeconds(durationSec)} at ${sampleRate} Hz`;
    const wav = base64(encodeWav(samples, { sampleRate }));
    const name = escapeXml(label);
    return {
      "text/html": `<figure style="margin: 0"><figcaption>${name}</figcaption>` +
        `<audio controls aria-label="${name}" src="data:audio/wav;base64,${wav}"></audio></figure>`,
      "text/plain": label,
    };
  });
}

/** Seconds of a decoded recording that its display plays. */
const HEARD_SEC = 60;

/**
 * The forms of a decoded recording: a player of its first minute, and what was said while it was read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { audioDisplay } from "#lib/notebook/audio_player.ts";
 * const shown = await audioDisplay({ samples: new Float32Array(8000), sampleRate: 16000, warnings: [] });
 * assert.equal(shown["text/plain"], "Recording: 0.500 s at 16000 Hz");
 * ```
 */
export async function audioDisplay({ samples, sampleRate, warnings }: MonoAudio): Promise<MimeBundle> {
  if (samples.length === 0) return { "text/plain": "Recording without samples" };
  const heard = samples.subarray(0, HEARD_SEC * sampleRate);
  const isWhole = heard.length === samples.length;
  const title = isWhole ? "Recording" : `First of ${formatSeconds(samples.length / sampleRate)}`;
  const bundle = await audioPlayer(heard, { sampleRate, title })[JUPYTER_DISPLAY]();
  const remarks = warnings.map((warning) => `Warning: ${warning}`);
  return {
    "text/html": `${bundle["text/html"]}${remarks.map((remark) => `<p>${escapeXml(remark)}</p>`).join("")}`,
    "text/plain": [bundle["text/plain"], ...remarks].join("\n"),
  };
}

/**
 * The forms of an opened recording: what its file holds, and what was said when it was opened.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
 * import { openedDisplay } from "#lib/notebook/audio_player.ts";
 * const audio = audioFromSamples([new Float32Array(8000)], { sampleRate: 16000 });
 * assert.match(openedDisplay(audio)["text/plain"], /length +0\.500 s/);
 * ```
 */
export function openedDisplay(audio: Audio): MimeBundle {
  const { file, format, channels, sampleRate, frames, warnings } = audio;
  return factsDisplay("a recording, opened", {
    file: basename(file),
    format,
    channels,
    sampleRate: `${sampleRate} Hz`,
    length: frames === undefined ? "known when it is read" : formatSeconds(frames / sampleRate),
    warnings,
  });
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}
