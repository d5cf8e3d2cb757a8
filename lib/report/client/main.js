import { startHearButtons } from "#lib/report/client/hear_button.js";
import { startFigures } from "#lib/report/client/live_figures.js";
import { startNowPlaying } from "#lib/report/client/now_playing.js";
import { readPageData } from "#lib/report/client/page_data.js";
import { startPlayer } from "#lib/report/client/player.js";
import { startTheme } from "#lib/report/client/theme.js";
import { startView } from "#lib/report/client/view.js";

const { recordings, figures: figureData } = readPageData();
const nowPlaying = startNowPlaying();
const theme = startTheme((theme) => {
  figures.repaint(theme);
  for (const player of players) player.repaint();
});
const views = recordings.map(({ durationSec }) => startView(durationSec));
const hear = (/** @type {number} */ recording, /** @type {number} */ timeSec) =>
  players[recording].hear(timeSec);
const tellSound = startHearButtons(hear);
const figures = startFigures(figureData, { theme, views, hear });
const players = [...document.querySelectorAll(".player")].map((root, i) => {
  if (!(root instanceof HTMLElement)) throw new Error("A player is no HTML element.");
  return startPlayer(root, recordings[i], views[i], {
    changed(player) {
      nowPlaying(player);
      figures.mark(i, player.timeSec());
    },
    hidden: (labels) => figures.hide(i, labels),
    sound: (hasSound) => tellSound(i, recordings[i].name, hasSound),
  });
});
document.documentElement.dataset.ready = "true";
