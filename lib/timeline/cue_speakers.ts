/** A speaker that the text of a cue names. */
export interface CueSpeaker {
  readonly name: string;
  /** Whether the form leaves no doubt that it is a speaker; a mere `Name:` may be part of what is said. */
  readonly sure: boolean;
}

/** WebVTT's voice tag, with classes or without. */
const VOICE = /<v(?:\.[^\s>]*)?\s+([^>]+)>/gi;
const TAG = /<[^>]*>|\{\\[^}]*\}/g;
/** `[Ann Lee]: text`, `(Ann Lee): text`. */
const BRACKETS = /^[[(]\s*([^\])]+?)\s*[\])]\s*:(?:\s|$)/;
/** `[SPEAKER_00] text`: without a colon brackets may hold a sound. */
const BRACKETED_NUMBER = /^[[(]\s*((?:speaker|spkr?|s)[ _-]?\d{1,3})\s*[\])]/i;
/** `SPEAKER_00: text`, `Speaker 1: text`. */
const NUMBERED = /^((?:speaker|spkr?|s)[ _-]?(?:\d{1,3}|[a-z]|unknown)|unknown(?: speaker)?)\s*:(?:\s|$)/i;
/** `Ann Lee: text`, `ANN: text`: up to three words that start with a capital, and something after the colon. */
const NAMED = /^(\p{Lu}[\p{L}\p{M}\p{N}'’._-]*(?: \p{Lu}[\p{L}\p{M}\p{N}'’._-]*){0,2})\s*:\s+\S/u;

/**
 * Who speaks, by the text of a subtitle's cue: WhisperX's and other tools' prefixes at the head of a line, or WebVTT's voice
 * tags. A cue may name several. `>>` and `-` before a name, and tags around it, do not matter.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { cueSpeakers } from "#lib/timeline/cue_speakers.ts";
 *
 * deepStrictEqual(cueSpeakers("[SPEAKER_00]: Good morning."), [{ name: "SPEAKER_00", sure: true }]);
 * deepStrictEqual(cueSpeakers("<v Ann Lee>Hello.</v>"), [{ name: "Ann Lee", sure: true }]);
 * deepStrictEqual(cueSpeakers("ANN: Shall we begin?"), [{ name: "ANN", sure: false }]);
 * deepStrictEqual(cueSpeakers("[laughs] Yes: at ten."), []);
 * ```
 */
export function cueSpeakers(text: string): CueSpeaker[] {
  const voices = [...text.matchAll(VOICE)].map(([, name]) => ({ name: name.trim(), sure: true }));
  if (voices.length > 0) return voices;
  return text.split("\n").flatMap((line): CueSpeaker[] => {
    const bare = line.replace(TAG, "").trim().replace(/^(?:>>+|[-–—])\s*/, "");
    for (const pattern of [BRACKETS, BRACKETED_NUMBER, NUMBERED]) {
      const name = pattern.exec(bare)?.[1];
      if (name !== undefined) return [{ name, sure: true }];
    }
    const name = NAMED.exec(bare)?.[1];
    return name === undefined ? [] : [{ name, sure: false }];
  });
}

/**
 * Whether a text could be somebody's name rather than what is said: one line of up to four words without the signs that
 * sentences have.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { isSpeakerName } from "#lib/timeline/cue_speakers.ts";
 *
 * const texts = ["SPEAKER_00", "Dr. Ann Lee", "Good morning.", "we shall begin now then"];
 * deepStrictEqual(texts.map(isSpeakerName), [true, true, false, false]);
 * ```
 */
export function isSpeakerName(text: string): boolean {
  return !/[\n!?…,;]|[.。]$/.test(text) && text.trim().split(/\s+/).length <= 4;
}
