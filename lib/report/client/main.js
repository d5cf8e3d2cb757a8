import { startFigures } from "#lib/report/client/live_figures.js";
import { startNowPlaying } from "#lib/report/client/now_playing.js";
import { readPageData } from "#lib/report/client/page_data.js";
import { startPlayer } from "#lib/report/client/player.js";
import { startTheme } from "#lib/report/client/theme.js";

const { recordings, figures: figureData } = readPageData();
const changed = startNowPlaying();
const theme = startTheme((theme) => {
  figures.repaint(theme);
  for (const player of players) player.repaint();
});
const figures = startFigures(figureData, theme, (recording, timeSec) => players[recording].hear(timeSec));
const players = [...document.querySelectorAll(".player")].map((root, i) => {
  if (!(root instanceof HTMLElement)) throw new Error("A player is no HTML element.");
  return startPlayer(root, recordings[i], { changed, hidden: (labels) => figures.hide(i, labels) });
});

// Cells of tables that name a moment of a recording.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-seek]") : null;
  if (!(button instanceof HTMLButtonElement)) return;
  players[Number(button.dataset.recording)].hear(Number(button.dataset.seek));
});
document.documentElement.dataset.ready = "true";
