import { nextAudible, unheard } from "#lib/report/client/audible.js";
import { startLanes } from "#lib/report/client/lanes.js";
import { element, readPageData } from "#lib/report/client/page_data.js";
import { startPlayer } from "#lib/report/client/player.js";
import { startView } from "#lib/report/client/view.js";
import { stretchesOf } from "#lib/report/client/voices.js";

/** The frame in the page around, where that page lets itself be seen. It holds the sound, and a picture for when this does not run. */
const frame = (() => {
  try {
    return /** @type {HTMLElement | null} */ (globalThis.frameElement);
  } catch {
    return null;
  }
})();
const still = /** @type {HTMLElement | null} */ (frame?.previousElementSibling ?? null);

const [recording] = readPageData().recordings;
const root = element(document, ".player");
const sound = still?.querySelector("audio");
if (sound) {
  const own = document.createElement("audio");
  own.preload = "auto";
  own.src = sound.src;
  root.append(own);
}

const view = startView(recording.durationSec);
const stretches = stretchesOf(recording.turns, new Set());
/** @type {import("#lib/report/client/audible.js").Choice} */
let choice = { soloed: new Set(), muted: new Set() };
const lanes = startLanes(root, recording, view, {
  hear: (timeSec, label) => player.hear(timeSec, label),
  go: (timeSec) => player.go(timeSec),
  chosen(chosen) {
    choice = chosen;
    player.hide(unheard(recording.speakers.length, choice));
  },
});
const hasAudio = sound !== null && sound !== undefined;
const player = startPlayer(root, { ...recording, hasAudio }, view, {
  changed(player) {
    const now = player.timeSec();
    lanes.mark(now);
    if (!player.isPlaying()) return;
    const next = nextAudible(stretches, now, choice);
    if (next === null) player.pause();
    else if (next > now) player.go(next);
  },
  hidden() {},
  sound() {},
});

/** Light or dark as the page around it is, whatever the system has. */
function takeTheme() {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  player.repaint();
  lanes.paint();
}

function isDark() {
  for (let node = frame; node; node = node.parentElement) {
    const parts = getComputedStyle(node).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [];
    const [red, green, blue, alpha = 1] = parts;
    if (alpha > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
  }
  const scheme = frame ? getComputedStyle(frame).colorScheme : "light dark";
  return scheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches;
}

/** The frame is as high as what is in it. */
function fit() {
  if (frame) frame.style.height = `${Math.ceil(document.body.getBoundingClientRect().height)}px`;
}

if (frame && still) {
  still.hidden = true;
  still.style.display = "none";
  new ResizeObserver(fit).observe(document.body);
  fit();
  const outside = frame.ownerDocument;
  const watch = new MutationObserver(takeTheme);
  for (const target of [outside.documentElement, outside.body]) {
    watch.observe(target, {
      attributes: true,
      attributeFilter: ["class", "style", "data-jp-theme-light", "data-theme"],
    });
  }
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", takeTheme);
takeTheme();
document.documentElement.dataset.ready = "true";
