import WaveSurfer from "wavesurfer.js";
import { clockTime } from "#lib/report/client/clock_time.js";
import { decodePeaks, element } from "#lib/report/client/page_data.js";
import { startRegions } from "#lib/report/client/speaker_regions.js";
import { startTurnList } from "#lib/report/client/turn_list.js";

/** Seconds of a long recording that are in view at first; of a shorter one, all. */
const IN_VIEW_SEC = 300;

/**
 * The player of one recording.
 *
 * @typedef {object} Player
 * @property {HTMLElement} root
 * @property {string} name
 * @property {(timeSec: number, what?: string) => void} hear Goes there and plays; `what` is said to screen readers.
 * @property {() => void} toggle Plays or pauses.
 * @property {() => void} pause
 * @property {() => boolean} isPlaying
 * @property {() => number} timeSec
 * @property {() => void} repaint Takes the theme's colours.
 *
 * @typedef {object} PlayerEvents
 * @property {(player: Player) => void} changed It started, stopped or moved.
 * @property {(labels: ReadonlySet<string>) => void} hidden These speakers are not to be shown.
 */

/**
 * Brings a player to life.
 *
 * @param {HTMLElement} root
 * @param {import("#lib/report/client/page_data.js").RecordingData} recording
 * @param {PlayerEvents} events
 * @returns {Player}
 */
export function startPlayer(root, recording, events) {
  const { durationSec, name } = recording;
  const [slider, now, said] = [".wave", ".now", ".said"].map((selector) => element(root, selector));
  const play = element(root, ".play");
  const media = root.querySelector("audio") ?? document.createElement("audio");
  media.controls = false;
  const colours = () => {
    const style = getComputedStyle(slider);
    return { waveColor: style.color, progressColor: style.accentColor, cursorColor: style.caretColor };
  };
  const wave = WaveSurfer.create({
    ...{ container: slider, height: 88, barWidth: 2, barGap: 1, barRadius: 2, cursorWidth: 2 },
    ...{ normalize: true, dragToSeek: true, autoCenter: false },
    ...colours(),
    media,
    peaks: [decodePeaks(recording.peaks)],
    duration: durationSec,
    minPxPerSec: durationSec > IN_VIEW_SEC ? slider.clientWidth / IN_VIEW_SEC : 0,
  });

  // Kept here: an element that has no sound, or has not opened it yet, does not remember where it was sent.
  let at = 0;
  const go = (/** @type {number} */ timeSec) => {
    at = Math.max(0, Math.min(durationSec, timeSec));
    // wavesurfer.js drops a seek that follows before the last one has ended; the element itself takes it.
    if (media.readyState > 0) media.currentTime = at;
    wave.setTime(at);
    tell();
  };
  const hear = (/** @type {number} */ timeSec, what = "") => {
    go(timeSec);
    if (!media.currentSrc) {
      said.textContent = `At ${clockTime(timeSec)}. Choose the recording's file to hear it.`;
      return;
    }
    said.textContent = `Playing from ${clockTime(timeSec)}${what && `, ${what}`}`;
    wave.play().catch((error) => said.textContent = `Cannot play: ${error.message}`);
  };
  const turns = startTurnList(root, recording, hear);
  const drawRegions = startRegions(wave, recording);

  const tell = () => {
    now.textContent = clockTime(at);
    slider.setAttribute("aria-valuenow", at.toFixed(1));
    slider.setAttribute("aria-valuetext", `${clockTime(at)} of ${clockTime(durationSec)}`);
    play.setAttribute("aria-label", wave.isPlaying() ? "Pause" : "Play");
    play.classList.toggle("playing", wave.isPlaying());
    turns.mark(at);
    events.changed(player);
  };
  const toggle = () => {
    if (wave.isPlaying()) {
      wave.pause();
      said.textContent = `Paused at ${clockTime(at)}`;
    } else hear(at);
  };
  const player = {
    ...{ root, name, hear, toggle, pause: () => wave.pause() },
    isPlaying: () => wave.isPlaying(),
    timeSec: () => at,
    repaint: () => wave.setOptions(colours()),
  };

  for (const event of /** @type {const} */ (["timeupdate", "seeking", "play", "pause", "finish"])) {
    wave.on(event, () => {
      if (media.readyState > 0) at = wave.getCurrentTime();
      tell();
    });
  }
  wave.on("interaction", go);
  media.addEventListener("loadedmetadata", () => go(at));
  play.addEventListener("click", toggle);
  element(root, ".back").addEventListener("click", () => go(at - 5));
  element(root, ".forward").addEventListener("click", () => go(at + 5));
  slider.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 1 : 5;
    /** @type {Record<string, () => void>} */
    const keys = {
      " ": toggle,
      ArrowLeft: () => go(at - step),
      ArrowRight: () => go(at + step),
      Home: () => go(0),
      End: () => go(durationSec),
    };
    if (keys[event.key] === undefined) return;
    keys[event.key]();
    event.preventDefault();
  });
  startLegend(root, (hidden) => {
    turns.hide(hidden);
    drawRegions(hidden);
    events.hidden(new Set(Array.from(hidden, (speaker) => recording.speakers[speaker].label)));
  });
  startPicker(root, (file) => {
    media.src = URL.createObjectURL(file);
    said.textContent = `${file.name} can be played now.`;
  });
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
