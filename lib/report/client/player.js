import { clockTime } from "#lib/report/client/clock_time.js";
import { startGestures } from "#lib/report/client/gestures.js";
import { element } from "#lib/report/client/page_data.js";
import { startTurnList } from "#lib/report/client/turn_list.js";
import { startWave } from "#lib/report/client/wave.js";

/** By how much a button or a key zooms. */
const ZOOM = 2;

/**
 * The player of one recording.
 *
 * @typedef {object} Player
 * @property {HTMLElement} root
 * @property {string} name
 * @property {(timeSec: number, what?: string) => void} hear Goes there and plays; `what` is said to screen readers.
 * @property {(timeSec: number) => void} go Goes there, playing or not.
 * @property {(speakers: ReadonlySet<number>) => void} hide Shows wave and list without these speakers.
 * @property {() => void} toggle Plays or pauses.
 * @property {() => void} pause
 * @property {() => boolean} isPlaying
 * @property {() => number} timeSec
 * @property {() => void} repaint Takes the theme's colours.
 *
 * @typedef {object} PlayerEvents
 * @property {(player: Player) => void} changed It started, stopped or moved.
 * @property {(labels: ReadonlySet<string>) => void} hidden These speakers are not to be shown.
 * @property {(hasSound: boolean) => void} sound Whether there is something to hear; told at the start, too.
 */

/**
 * Brings a player to life.
 *
 * @param {HTMLElement} root
 * @param {import("#lib/report/client/page_data.js").RecordingData} recording
 * @param {import("#lib/report/client/view.js").View} view
 * @param {PlayerEvents} events
 * @returns {Player}
 */
export function startPlayer(root, recording, view, events) {
  const { durationSec, name } = recording;
  const [slider, now, said] = [".wave", ".now", ".said"].map((selector) => element(root, selector));
  const play = element(root, ".play");
  const media = root.querySelector("audio") ?? document.createElement("audio");
  media.controls = false;
  let hasSound = false;
  // Kept here: an element that has no sound, or has not opened it yet, does not remember where it was sent.
  let at = 0;

  const isPlaying = () => !media.paused && !media.ended;
  const go = (/** @type {number} */ timeSec) => {
    at = Math.max(0, Math.min(durationSec, timeSec));
    if (media.readyState > 0) media.currentTime = at;
    view.follow(at);
    tell();
  };
  const hear = (/** @type {number} */ timeSec, what = "") => {
    go(timeSec);
    const where = `${clockTime(timeSec)}${what && `, ${what}`}`;
    if (!hasSound) {
      said.textContent = `At ${where}`;
      return;
    }
    said.textContent = `Playing from ${where}`;
    media.play().catch((error) => said.textContent = `Cannot play: ${error.message}`);
  };
  const wave = startWave(root, recording, view);
  const turns = startTurnList(root, recording, hear);

  const tell = () => {
    now.textContent = clockTime(at, 1);
    slider.setAttribute("aria-valuenow", at.toFixed(1));
    slider.setAttribute("aria-valuetext", `${clockTime(at, 1)} of ${clockTime(durationSec, 1)}`);
    play.setAttribute("aria-label", isPlaying() ? "Pause" : "Play");
    play.classList.toggle("playing", isPlaying());
    wave.mark(at);
    turns.mark(at);
    events.changed(player);
  };
  const toggle = () => {
    if (isPlaying()) {
      media.pause();
      said.textContent = `Paused at ${clockTime(at, 1)}`;
    } else hear(at < durationSec ? at : 0);
  };
  const player = {
    ...{ root, name, hear, go, toggle, isPlaying, pause: () => media.pause() },
    hide(/** @type {ReadonlySet<number>} */ hidden) {
      turns.hide(hidden);
      wave.hide(hidden);
      events.hidden(new Set(Array.from(hidden, (speaker) => recording.speakers[speaker].label)));
    },
    timeSec: () => at,
    repaint: () => wave.paint(),
  };
  /** While it plays, the head moves with every frame; the element itself tells its time four times a second. */
  const run = () => {
    if (!isPlaying()) return;
    at = media.currentTime;
    view.follow(at);
    tell();
    requestAnimationFrame(run);
  };
  const listen = (/** @type {boolean} */ has) => {
    hasSound = has;
    play.hidden = !has;
    turns.sound(has);
    slider.setAttribute(
      "aria-label",
      `Position in ${name}; ${has ? "space plays, " : ""}arrows move by seconds and turns, + and − zoom`,
    );
    events.sound(has);
  };

  media.addEventListener("play", run);
  for (const event of ["pause", "ended", "seeked"]) {
    media.addEventListener(event, () => {
      at = media.currentTime;
      tell();
    });
  }
  media.addEventListener("loadedmetadata", () => go(at));
  media.addEventListener("error", () => {
    if (!media.currentSrc) return;
    listen(false);
    said.textContent = "This browser cannot play the sound.";
  });
  play.addEventListener("click", toggle);
  const buttons = {
    ".back": () => go(at - 5),
    ".forward": () => go(at + 5),
    ".out": () => zoom(ZOOM),
    ".in": () => zoom(1 / ZOOM),
    ".whole": () => view.show(0, durationSec),
  };
  for (const [selector, act] of Object.entries(buttons)) {
    element(root, selector).addEventListener("click", act);
  }
  const zoom = (/** @type {number} */ factor) => {
    const [from, to] = view.range();
    view.zoom(factor, at >= from && at <= to ? at : (from + to) / 2);
  };
  const tellZoom = () => {
    const [from, to] = view.range();
    for (const selector of [".out", ".whole"]) {
      element(root, selector).toggleAttribute("disabled", view.isWhole());
    }
    element(root, ".seen").textContent = `${clockTime(from, 1)} to ${clockTime(to, 1)} is in view`;
  };
  view.watch(tellZoom);
  tellZoom();
  /** The next turn or the one before, heard where it plays. */
  const turnFrom = (/** @type {1 | -1} */ way) => {
    const starts = recording.turns.map(([startSec]) => startSec);
    const to = way > 0
      ? starts.find((sec) => sec > at + 0.01)
      : starts.findLast((sec) => sec < at - (isPlaying() ? 0.5 : 0.01));
    if (to !== undefined) go(to);
  };
  slider.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 1 : 5;
    /** @type {Record<string, () => void>} */
    const keys = {
      ...(hasSound ? { " ": toggle } : {}),
      ArrowLeft: () => go(at - step),
      ArrowRight: () => go(at + step),
      ArrowDown: () => turnFrom(1),
      ArrowUp: () => turnFrom(-1),
      Home: () => go(0),
      End: () => go(durationSec),
      ...{ "+": buttons[".in"], "=": buttons[".in"], "-": buttons[".out"], "_": buttons[".out"] },
      "0": buttons[".whole"],
    };
    if (keys[event.key] === undefined) return;
    keys[event.key]();
    event.preventDefault();
  });
  startGestures(slider, view, go);
  startLegend(root, player.hide);
  startPicker(root, (file) => {
    media.src = URL.createObjectURL(file);
    listen(true);
    said.textContent = `${file.name} can be played now.`;
  });
  listen(recording.hasAudio);
  return player;
}

/**
 * Each speaker's button hides or shows that speaker.
 *
 * @param {HTMLElement} root
 * @param {(hidden: ReadonlySet<number>) => void} changed
 */
function startLegend(root, changed) {
  const buttons = [...root.querySelectorAll(".legend button")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", `${button.getAttribute("aria-pressed") !== "true"}`);
      changed(new Set(buttons.keys().filter((i) => buttons[i].getAttribute("aria-pressed") === "false")));
    });
  }
}

/**
 * The reader's own file, where the page has no sound of its own.
 *
 * @param {HTMLElement} root
 * @param {(file: File) => void} chosen
 */
function startPicker(root, chosen) {
  const input = root.querySelector("input[type=file]");
  if (!(input instanceof HTMLInputElement)) return;
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) chosen(file);
  });
}
