import { Buffer } from "node:buffer";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import { counted, formatCount } from "#lib/plots/format_number.ts";
import { clockTime } from "#lib/timeline/clock_time.ts";
import { type Markup, markup } from "./markup.ts";
import type { Recording } from "./report.ts";
import { speakersOf, turnsInOrder } from "./recording_data.ts";

/** Turns in the page before any script runs, and on paper; as many as client/turn_list.js has on a leaf. */
const ROWS = 100;

/**
 * A recording's player, legend and list of turns, as far as they are there without a script: the browser's own player where
 * the sound is embedded, and the first hundred turns.
 *
 * @param index The recording's place in the page.
 * @param options `lanes`: a lane for each speaker in the legend's place, with buttons that mute and solo, and the
 * turns folded; the sound is then not in it, but in the page around its frame.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { renderPlayer } from "#lib/report/render_player.ts";
 * const turns = [{ startSec: 0, endSec: 1.5, label: "ann" }];
 * const { text } = renderPlayer({ name: "talk", durationSec: 2, turns }, 0);
 * assert.match(text, /<th scope="row" role="rowheader">0:00.00<\/th>/);
 * assert.match(text, /<input type="file"/);
 * ```
 */
export function renderPlayer(
  recording: Recording,
  index: number,
  options: { readonly lanes?: boolean } = {},
): Markup {
  const { name, durationSec, turns, audio, audioNote } = recording;
  const speakers = speakersOf(recording);
  const spoken = speakers.reduce((sum, { seconds }) => sum + seconds, 0);
  const colours = new Map(speakers.map(({ label, colour }) => [label, colour]));
  const sound = audio && !options.lanes &&
    markup`<audio controls preload="auto" src="data:${audio.type};base64,${
      Buffer.from(audio.bytes).toString("base64")
    }"></audio>`;
  const picker = !audio &&
    markup`<label class="pick"><input type="file" accept="audio/*,video/*">Choose the recording to listen</label>`;
  const ordered = turnsInOrder(turns);
  const rest = ordered.length - ROWS;
  const legend = speakers.map(({ label, colour, seconds }) => {
    const share = formatPercent(spoken > 0 ? seconds / spoken : 0, { decimals: 1 });
    return markup`<button type="button" aria-pressed="true">${
      swatch(colour)
    }<span class="label">${label}</span> ${markup`<span class="share">${
      formatSeconds(seconds)
    }, ${share}</span>`}</button>`;
  });
  const rows = ordered.slice(0, ROWS).map(({ startSec, endSec, label }, i) => {
    return markup`<tr role="row" data-turn="${i}"><th scope="row" role="rowheader">${
      clockTime(startSec)
    }</th><td role="cell">${swatch(colours.get(label) ?? "")}${label}</td><td role="cell" class="number">${
      clockTime(endSec)
    }</td><td role="cell" class="number">${formatSeconds(endSec - startSec)}</td></tr>`;
  });
  return markup`<div class="player" id="recording-${index}" role="group" aria-label="Player of ${name}">
<div class="transport">
<button type="button" class="play round" aria-label="Play" hidden></button>
<button type="button" class="back" aria-label="−5 s, back">−5 s</button>
<button type="button" class="forward" aria-label="+5 s, forward">+5 s</button>
${picker}
<span class="clock"><span class="now">0:00.0</span> / ${clockTime(durationSec, { decimals: 1 })}</span>
<span class="zoom" role="group" aria-label="Zoom">
<button type="button" class="out" aria-label="Zoom out">−</button>
<button type="button" class="in" aria-label="Zoom in">+</button>
<button type="button" class="whole">All</button></span>
<span class="seen hidden" role="status"></span></div>
<div class="wave" role="slider" tabindex="0" aria-label="Position in ${name}"
  aria-valuemin="0" aria-valuemax="${durationSec.toFixed(1)}" aria-valuenow="0" aria-valuetext="0:00.0">
<canvas class="voices"></canvas><i class="playhead"></i></div>
<div class="ruler" aria-hidden="true"></div>
<div class="overview" aria-hidden="true" hidden><canvas class="voices"></canvas><i class="pane"></i></div>
${sound}${audioNote && markup`<p class="note">${audioNote}</p>`}
<p class="said" role="status"></p>
${
    options.lanes
      ? renderLanes(recording)
      : markup`<div class="legend" role="group" aria-label="Speakers, shown or hidden">${legend}</div>`
  }
${options.lanes && markup`<details><summary>${counted(turns.length, "turn")}</summary>`}
<div class="turns table" tabindex="0" role="region" aria-label="Turns of ${name}">
<table role="table"><caption><span>${counted(turns.length, "turn")}</span></caption>
<thead role="rowgroup"><tr role="row">${
    ["from", "speaker", "to", "length"].map((title, i) =>
      markup`<th scope="col" role="columnheader"${i > 1 && markup` class="number"`}>${title}</th>`
    )
  }</tr></thead>
<tbody role="rowgroup">${rows}</tbody></table></div>
<div class="pager" hidden><button type="button" class="before">Earlier turns</button>
<span class="leaf"></span> <button type="button" class="after">Later turns</button></div>
${rest > 0 && markup`<p class="note still">and ${formatCount(rest)} more turns</p>`}${
    options.lanes && markup`</details>`
  }</div>`;
}

function renderLanes(recording: Recording): Markup {
  const lanes = speakersOf(recording).map(({ label, colour, seconds }) => {
    const buttons = ["Mute", "Solo"].map((name) =>
      markup`<button type="button" class="${name.toLowerCase()}" aria-pressed="false"
  aria-label="${name} ${label}">${name}</button>`
    );
    return markup`<div class="lane"><div class="who">${swatch(colour)}<span class="label" title="${label}, ${
      formatSeconds(seconds)
    }">${label}</span>${buttons}</div>
<div class="strip"><canvas class="voices"></canvas><i class="playhead"></i></div></div>`;
  });
  return markup`<div class="lanes" role="group" aria-label="Lanes of the speakers">${lanes}</div>`;
}

function swatch(colour: string): Markup {
  return markup`<span class="swatch" style="--speaker: ${colour};"></span>`;
}
