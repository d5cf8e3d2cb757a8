import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { escapeXml } from "#lib/plots/escape_xml.ts";
import { FONT_FAMILY, shortened, textWidth } from "#lib/plots/font.ts";
import { counted } from "#lib/plots/format_number.ts";
import { paletteOf, speakerColours, type Theme } from "#lib/plots/palette.ts";
import { thinTurns } from "#lib/plots/thin_turns.ts";
import { timeAxis } from "#lib/plots/time_axis.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import { speakersOf, turnsInOrder } from "./recording_data.ts";
import type { Recording } from "./report.ts";
import { themedSvg } from "./themed_svg.ts";

const WAVE = 84, AXIS = 26, LANE = 24, EDGE = 10, STEP = 3, BAR = 2;
/** Letters of a name, and turns that are drawn at most. */
const LETTERS = 16, MOST_TURNS = 2000;

/**
 * A recording's wave in the colours of who speaks, an axis of time and a lane for each speaker, as a picture for readers without scripts;
 * in the colours of the theme around it.
 *
 * @param options `width` in CSS pixels: 900 unless given.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { playerPicture } from "#lib/report/player_picture.ts";
 * const turns = [{ startSec: 0, endSec: 1.5, label: "ann" }];
 * const { svg, description } = playerPicture({ name: "talk", durationSec: 2, turns, peaks: Float32Array.of(0, 1) });
 * assert.match(svg, /^<svg .*>ann</s);
 * assert.equal(description, "talk: 1 turn, 1 speaker; 2.000 s.");
 * ```
 */
export function playerPicture(
  recording: Recording,
  options: { readonly width?: number } = {},
): { readonly svg: string; readonly description: string } {
  const { name, durationSec, turns } = recording;
  const speakers = speakersOf(recording).length;
  const description = `${name}: ${counted(turns.length, "turn")}, ${counted(speakers, "speaker")}; ${
    formatSeconds(durationSec)
  }.`;
  const width = options.width ?? 900;
  const [light, dark] = (["light", "dark"] as const).map((theme) =>
    draw(recording, { theme, width, description })
  );
  return { svg: themedSvg(light, dark), description };
}

function draw(
  recording: Recording,
  { theme, width, description }: {
    readonly theme: Theme;
    readonly width: number;
    readonly description: string;
  },
): string {
  const { durationSec, peaks } = recording;
  const palette = paletteOf(theme), turns = turnsInOrder(recording.turns);
  const speakers = speakersOf(recording).map(({ label }) => label);
  const colours = speakerColours(speakers, { theme });
  const names = speakers.map((label) => shortened(label, LETTERS));
  const left = EDGE + Math.ceil(Math.max(24, ...names.map((text) => textWidth(text)))) + 10;
  const room = width - left - EDGE, pixelSec = durationSec / room;
  const x = (sec: number) => left + sec / pixelSec;
  const height = EDGE + WAVE + AXIS + speakers.length * LANE + EDGE;
  const n = (value: number) => `${Math.round(100 * value) / 100}`;
  const rect = (box: readonly [number, number, number, number], fill: string) => {
    const [left, top, width, height] = box.map(n);
    return `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${fill}"/>`;
  };
  const text = (at: readonly [number, number], words: string, rest: string) =>
    `<text x="${n(at[0])}" y="${n(at[1])}" ${rest}>${escapeXml(words)}</text>`;

  const wave: string[] = [rect([left, EDGE, room, WAVE], palette.panel)];
  const loudest = peaks?.reduce((most, peak) => Math.max(most, peak), 0) || 1;
  let first = 0;
  for (let at = 0; peaks && at < room; at += STEP) {
    const from = at * pixelSec, to = (at + STEP) * pixelSec;
    let peak = 0;
    const start = Math.floor(from / durationSec * peaks.length);
    const end = Math.max(start + 1, to / durationSec * peaks.length);
    for (let i = start; i < end; i++) peak = Math.max(peak, peaks[i] ?? 0);
    while (first < turns.length && turns[first].endSec <= from) first++;
    let heard: string | undefined;
    for (let i = first; i < turns.length && turns[i].startSec < to; i++) {
      if (turns[i].endSec > from) heard ??= colours.get(turns[i].label);
    }
    const size = Math.max(1, peak / loudest * (WAVE - 10));
    wave.push(rect([left + at, EDGE + (WAVE - size) / 2, BAR, size], heard ?? palette.muted));
  }

  const axis = timeAxis(0, durationSec, { count: Math.max(2, room / 90) });
  const ticks = axis.ticks.map((sec) => {
    const anchor = sec === 0 ? "start" : x(sec) > width - 40 ? "end" : "middle";
    const top = EDGE + WAVE;
    return rect([x(sec) - 0.5, top, 1, 5], palette.muted) +
      text([x(sec), top + 18], axis.format(sec), `text-anchor="${anchor}" fill="${palette.muted}"`);
  });

  const { lanes } = thinTurns(
    speakers.map((label) => turns.filter((turn) => turn.label === label)),
    { limit: MOST_TURNS, pixelSec },
  );
  const rows = speakers.map((label, i) => {
    const top = EDGE + WAVE + AXIS + i * LANE, colour = colours.get(label)!;
    const bars = lanes[i].map(({ startSec, endSec }) =>
      rect([x(startSec), top + 2, Math.max(1, (endSec - startSec) / pixelSec), LANE - 4], colour)
    );
    return text(
      [left - 8, top + LANE / 2 + 4],
      names[i],
      `text-anchor="end" fill="${palette.text}"`,
    ) + rect([left, top + 2, room, LANE - 4], palette.panel) + bars.join("");
  });
  const told = `${description} The axis goes from 0:00 to ${clockTime(durationSec)}.`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" font-family="${FONT_FAMILY}" font-size="12"><title>${escapeXml(told)}</title>` +
    rect([0, 0, width, height], palette.background) + wave.join("") + ticks.join("") + rows.join("") +
    "</svg>";
}
