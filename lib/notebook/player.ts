import type { Audio } from "#lib/audio/audio.ts";
import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
import type { MonoAudio } from "#lib/audio/read_audio.ts";
import { listen } from "#lib/report/listen.ts";
import { playerPicture } from "#lib/report/player_picture.ts";
import { playerWidget } from "#lib/report/player_widget.ts";
import type { Recording } from "#lib/report/report.ts";
import { turnsOf } from "#lib/report/turns_of.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { type Displayed, displayed, type MimeBundle } from "./displayed.ts";

/** An annotation and the recording that it is of. */
export interface AnnotatedAudio {
  readonly annotation: Annotation;
  /** A file; what `openAudio` gives; or what `readAudio` gives. */
  readonly audio: string | Audio | Pick<MonoAudio, "samples" | "sampleRate">;
}

/** Settings of {@link player}. */
export interface PlayerOptions {
  /** What is heard. @default the annotation's recording, else "Recording" */
  readonly title?: string;
  /** The most that the sound may take in the notebook, in bytes before base64; 94 s fit as they are, 187 s at 8 kHz. @default {3e6} */
  readonly maxBytes?: number;
  /** Told what was left out or made smaller. @default {warnOnProcess} */
  readonly warn?: Warn;
}

/**
 * A player that displays itself: the wave in the colours of who speaks, a lane for each speaker below it, and the sound. A click on a turn
 * plays it; playhead and zoom are those of wave and lanes alike; speakers can be muted or soloed; space, arrows, + and - do it from the
 * keyboard. Without scripts it is a picture and the browser's own player.
 *
 * Sound beyond `maxBytes` is embedded at 8 kHz, then as Opus where ffmpeg is installed, else not at all; each is a warning.
 *
 * @throws {AudioFileError} when it is shown and the recording cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { player } from "#lib/notebook/player.ts";
 * import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const annotation = new Annotation({ uri: "talk" }).add(new Segment(0, 0.5), "Ann");
 * const audio = { samples: new Float32Array(16000), sampleRate: 16000 };
 * const shown = await player({ annotation, audio })[JUPYTER_DISPLAY]();
 * assert.equal(shown["text/plain"], "talk: 1 turn, 1 speaker; 1.000 s.");
 * assert.match(shown["text/html"]!, /<img .*<audio .*<iframe /s);
 * ```
 */
export function player(heard: AnnotatedAudio, options: PlayerOptions = {}): Displayed {
  return displayed(() => playerDisplay(heard, options));
}

/**
 * The forms of an annotation with its audio.
 *
 * @throws {AudioFileError} when the recording cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { playerDisplay } from "#lib/notebook/player.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * const audio = { samples: new Float32Array(16000), sampleRate: 16000 };
 * const shown = await playerDisplay({ annotation: new Annotation(), audio });
 * assert.equal(shown["text/plain"], "Recording: 0 turns, 0 speakers; 1.000 s.");
 * ```
 */
export async function playerDisplay(
  { annotation, audio }: AnnotatedAudio,
  options: PlayerOptions = {},
): Promise<MimeBundle> {
  const { title = annotation.uri ?? "Recording", maxBytes = 3e6, warn = warnOnProcess } = options;
  const source = typeof audio === "object" && "samples" in audio
    ? audioFromSamples(audio.samples, { sampleRate: audio.sampleRate })
    : audio;
  const sound = await listen(source, { maxBytes });
  if (sound.audioNote !== undefined) warn(`${title}: ${sound.audioNote}`);
  const turns = turnsOf(annotation);
  const durationSec = turns.reduce((most, { endSec }) => Math.max(most, endSec), sound.durationSec);
  const recording: Recording = { ...sound, name: title, turns, durationSec };
  const { svg, description } = playerPicture(recording);
  const note = sound.audioNote === undefined ? [] : [`Warning: ${sound.audioNote}`];
  return {
    "text/html": playerWidget(recording),
    "image/svg+xml": svg,
    "text/plain": [description, ...note].join("\n"),
  };
}
