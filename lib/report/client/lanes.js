import { clockTime } from "#lib/report/client/clock_time.js";
import { startGestures } from "#lib/report/client/gestures.js";
import { paintVoices, stretchesOf } from "#lib/report/client/voices.js";
import { coloursOf, sized } from "#lib/report/client/wave.js";

/** CSS pixels around a turn in which a click still means it. */
const NEAR = 4;

/**
 * The lanes of a player, one for each speaker, along the time that the wave shows: a click on a turn plays it, a click beside one goes
 * there, the wheel zooms; buttons mute and solo.
 *
 * @typedef {object} Lanes
 * @property {(timeSec: number) => void} mark Moves the playheads.
 * @property {() => void} paint Takes the theme's colours.
 *
 * @param {HTMLElement} root The player's element.
 * @param {import("#lib/report/client/page_data.js").RecordingData} recording
 * @param {import("#lib/report/client/view.js").View} view
 * @param {{ hear: (timeSec: number, label: string) => void, go: (timeSec: number) => void, chosen: (choice: import("#lib/report/client/audible.js").Choice) => void }} events
 * @returns {Lanes}
 */
export function startLanes(root, recording, view, events) {
  const rows = [...root.querySelectorAll(".lane")].map((row, speaker) => {
    const strip = /** @type {HTMLElement} */ (row.querySelector(".strip"));
    const turns = recording.turns.filter((turn) => turn[2] === speaker);
    return { row, strip, turns, stretches: stretchesOf(turns, new Set()) };
  });
  /** @type {Set<number>} */
  const soloed = new Set();
  /** @type {Set<number>} */
  const muted = new Set();
  let at = 0;

  rows.forEach(({ row, strip, turns }, speaker) => {
    const { label } = recording.speakers[speaker];
    const turnAt = (/** @type {number} */ timeSec) => {
      const [from, to] = view.range(), near = NEAR * (to - from) / strip.clientWidth;
      const inside = turns.find(([start, end]) => start <= timeSec && timeSec < end);
      return inside ?? turns.find(([start, end]) => start - near <= timeSec && timeSec < end + near);
    };
    startGestures(strip, view, (timeSec) => {
      const turn = turnAt(timeSec);
      const isUnheard = rows[speaker].row.classList.contains("unheard");
      if (turn && !isUnheard) events.hear(turn[0], label);
      else events.go(timeSec);
    }, { drags: false });
    strip.addEventListener("pointermove", ({ clientX }) => {
      const { left, width } = strip.getBoundingClientRect(), [from, to] = view.range();
      const turn = turnAt(from + (to - from) * (clientX - left) / width);
      strip.title = turn ? `${label}, ${clockTime(turn[0])} to ${clockTime(turn[1])}` : "";
      strip.classList.toggle("on-turn", turn !== undefined);
    });
    for (const [name, set] of /** @type {const} */ ([["mute", muted], ["solo", soloed]])) {
      const button = /** @type {HTMLElement} */ (row.querySelector(`.${name}`));
      button.addEventListener("click", () => {
        if (!set.delete(speaker)) set.add(speaker);
        button.setAttribute("aria-pressed", `${set.has(speaker)}`);
        events.chosen({ soloed, muted });
        rows.forEach(({ row }, i) =>
          row.classList.toggle("unheard", muted.has(i) || soloed.size > 0 && !soloed.has(i))
        );
      });
    }
  });

  const place = () => {
    const [from, to] = view.range();
    for (const { strip } of rows) {
      const playhead = /** @type {HTMLElement} */ (strip.querySelector(".playhead"));
      playhead.hidden = at < from || at > to;
      playhead.style.left = `${100 * (at - from) / (to - from)}%`;
    }
  };
  let waiting = 0;
  const paint = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      const colours = coloursOf(root), range = view.range();
      for (const { strip, stretches } of rows) {
        const canvas = sized(strip, ".voices");
        if (canvas) paintVoices(canvas.context, stretches, { ...canvas, range, colours });
      }
      place();
    });
  };
  view.watch(paint);
  const size = new ResizeObserver(paint);
  for (const { strip } of rows) size.observe(strip);
  return {
    mark(timeSec) {
      at = timeSec;
      place();
      rows.forEach(({ row, turns }) => {
        const speaks = turns.some(([start, end]) => start <= at && at < end);
        row.classList.toggle("speaks", speaks);
      });
    },
    paint,
  };
}
