import { Buffer } from "node:buffer";
import { clientModules } from "./client_code.ts";
import { contentPolicy } from "./content_policy.ts";
import { embedJson, Markup, markup } from "./markup.ts";
import { WIDGET_STYLE } from "./page_style.ts";
import { playerPicture } from "./player_picture.ts";
import { recordingData } from "./recording_data.ts";
import { renderPlayer } from "./render_player.ts";
import type { Recording } from "./report.ts";

/** CSS pixels of the picture on a phone. */
const NARROW = 400;
/** What is for readers without scripts never flashes up. */
const BEFORE_PAINT = 'document.documentElement.classList.add("js");';

/**
 * A recording's player as a piece of HTML for any page, a notebook's say: wave, player and lanes, brought to life by scripts in a frame
 * of its own, so that neither disturbs the other. Without scripts the piece is a picture of wave and lanes and the browser's own player.
 *
 * The sound is there once, beside the picture; the frame takes it from there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { playerWidget } from "#lib/report/player_widget.ts";
 * const turns = [{ startSec: 0, endSec: 1.5, label: "ann" }];
 * const html = playerWidget({ name: "talk", durationSec: 2, turns });
 * assert.match(html, /^<figure [^>]*><picture>.*<img alt="talk: 1 turn, 1 speaker; 2\.000 s\."/s);
 * assert.match(html, /<iframe .* srcdoc="&lt;!doctype html&gt;/s);
 * ```
 */
export function playerWidget(recording: Recording): string {
  const { audio, audioNote, name } = recording;
  const { svg, description } = playerPicture(recording);
  const urlOf = (svg: string) => `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
  const narrow = urlOf(playerPicture(recording, { width: NARROW }).svg);
  const sound = audio &&
    markup`<audio controls preload="auto" aria-label="${name}" style="width: 100%" src="data:${audio.type};base64,${
      Buffer.from(audio.bytes).toString("base64")
    }"></audio>`;
  return markup`<figure style="margin: 0"><picture><source media="(max-width: 34rem)"
 srcset="${narrow}"><img alt="${description}" style="max-width: 100%" src="${urlOf(svg)}"></picture>${
    audioNote && markup`<figcaption>${audioNote}</figcaption>`
  }${sound}</figure><iframe title="Player of ${name}" style="width: 100%; height: 0; border: 0; display: block"
 allow="autoplay" srcdoc="${frameOf(recording)}"></iframe>`.text;
}

/** The frame's document, as text that is still to be escaped. */
function frameOf(recording: Recording): string {
  const code = clientModules("widget");
  const policy = contentPolicy([BEFORE_PAINT, code.importMap, code.entry]);
  const raw = (text: string) => new Markup(text);
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>Player of ${recording.name}</title>
<style>${raw(WIDGET_STYLE)}</style>
<script>${raw(BEFORE_PAINT)}</script>
<script type="importmap">${raw(code.importMap)}</script></head>
<body><main class="widget">${renderPlayer(recording, 0, { lanes: true })}</main>
<script type="application/json" id="report-data">${
    embedJson({ recordings: [recordingData(recording)], figures: [] })
  }</script>
<script type="module">${raw(code.entry)}</script></body></html>`.text;
}
