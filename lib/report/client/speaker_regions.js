import RegionsPlugin from "wavesurfer.js/plugins/regions";

/** More regions than this in view say nothing, and slow the page down. */
const MOST = 600;

/**
 * Regions over the wave, coloured by speaker: only those in view and near it, so that a recording of hours costs no more
 * than one of minutes.
 *
 * @param {import("wavesurfer.js").default} wave
 * @param {import("#lib/report/client/page_data.js").RecordingData} recording
 * @returns {(hidden: ReadonlySet<number>) => void} Draws again without these speakers.
 */
export function startRegions(wave, recording) {
  const regions = wave.registerPlugin(RegionsPlugin.create());
  /** @type {Map<number, { remove(): void }>} */
  const shown = new Map();
  /** @type {ReadonlySet<number>} */
  let hidden = new Set();
  let [from, to] = [0, recording.durationSec];

  const draw = () => {
    const margin = (to - from) / 2;
    const near = recording.turns.map((_, i) => i).filter((i) => {
      const [startSec, endSec, speaker] = recording.turns[i];
      return endSec >= from - margin && startSec <= to + margin && !hidden.has(speaker);
    });
    const wanted = new Set(near.length > MOST ? longest(near, recording.turns) : near);
    for (const [i, region] of shown) {
      if (wanted.has(i)) continue;
      region.remove();
      shown.delete(i);
    }
    for (const i of wanted) {
      if (shown.has(i)) continue;
      const [start, end, speaker] = recording.turns[i];
      const color = `color-mix(in srgb, ${recording.speakers[speaker].colour} 34%, transparent)`;
      shown.set(i, regions.addRegion({ id: `turn-${i}`, start, end, color, drag: false, resize: false }));
    }
  };

  let waiting = 0;
  wave.on("scroll", (start, end) => {
    [from, to] = [start, end];
    clearTimeout(waiting);
    waiting = setTimeout(draw, 60);
  });
  wave.on("ready", draw);
  return (speakers) => {
    hidden = new Set(speakers);
    draw();
  };
}

/**
 * @param {number[]} near
 * @param {readonly import("#lib/report/client/page_data.js").TurnRow[]} turns
 */
function longest(near, turns) {
  return near.sort((a, b) => turns[b][1] - turns[b][0] - (turns[a][1] - turns[a][0])).slice(0, MOST);
}
