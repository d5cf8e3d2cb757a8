import { clockTime, seconds } from "#lib/report/client/clock_time.js";
import { nameHearButton } from "#lib/report/client/hear_button.js";
import { element } from "#lib/report/client/page_data.js";

/** Rows on one leaf of the list; as many as the page has before any script runs. */
const ROWS = 100;

/**
 * The list of turns: leaves of 100 rows, arrow keys between rows, the rows now heard marked.
 *
 * @param {HTMLElement} root The player's element.
 * @param {import("#lib/report/client/page_data.js").RecordingData} recording
 * @param {(startSec: number, label: string) => void} hear Called with the turn that was chosen.
 * @returns {{ hide(speakers: ReadonlySet<number>): void, mark(timeSec: number): void, sound(hasSound: boolean): void }}
 */
export function startTurnList(root, recording, hear) {
  const body = element(root, ".turns tbody");
  const pager = element(root, ".pager");
  let rows = recording.turns.map((_, i) => i);
  let leaf = 0, hasSound = false;

  const leaves = () => Math.max(1, Math.ceil(rows.length / ROWS));
  const draw = () => {
    leaf = Math.min(leaf, leaves() - 1);
    body.replaceChildren(
      ...rows.slice(leaf * ROWS, (leaf + 1) * ROWS).map((i) => rowOf(i, recording, hasSound)),
    );
    pager.hidden = leaves() === 1;
    element(pager, ".leaf").textContent = `${leaf + 1} of ${leaves()}`;
    for (const [name, end] of /** @type {const} */ ([["before", 0], ["after", leaves() - 1]])) {
      element(pager, `.${name}`).toggleAttribute("disabled", leaf === end);
    }
  };
  const turn = (/** @type {number} */ by) => {
    leaf = Math.max(0, Math.min(leaves() - 1, leaf + by));
    draw();
  };

  element(pager, ".before").addEventListener("click", () => turn(-1));
  element(pager, ".after").addEventListener("click", () => turn(1));
  body.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    const chosen = row && recording.turns[Number(row.dataset.turn)];
    if (chosen) hear(chosen[0], recording.speakers[chosen[2]].label);
  });
  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const buttons = [...body.querySelectorAll("button")];
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[at + step]?.focus();
    event.preventDefault();
  });

  return {
    hide(speakers) {
      rows = recording.turns.map((_, i) => i).filter((i) => !speakers.has(recording.turns[i][2]));
      draw();
    },
    sound(has) {
      hasSound = has;
      draw();
    },
    mark(timeSec) {
      for (const row of body.querySelectorAll("tr")) {
        const [startSec, endSec] = recording.turns[Number(row.dataset.turn)];
        const isHeard = startSec <= timeSec && timeSec < endSec;
        if (isHeard) row.setAttribute("aria-current", "true");
        else row.removeAttribute("aria-current");
      }
    },
  };
}

/**
 * As lib/report/render_player.ts writes the first leaf, with a button that can be pressed.
 *
 * @param {number} i
 * @param {import("#lib/report/client/page_data.js").RecordingData} recording
 * @param {boolean} hasSound
 */
function rowOf(i, recording, hasSound) {
  const [startSec, endSec, speaker] = recording.turns[i];
  const { label, colour } = recording.speakers[speaker];
  const row = document.createElement("tr");
  row.dataset.turn = `${i}`;
  row.role = "row";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "hear";
  button.textContent = clockTime(startSec);
  nameHearButton(button, { startSec, after: `, ${label}`, hasSound });
  const swatch = document.createElement("span");
  swatch.className = "swatch";
  swatch.style.setProperty("--speaker", colour);
  const cell = document.createElement("td");
  cell.append(swatch, label);
  cell.role = "cell";
  const head = document.createElement("th");
  head.scope = "row";
  head.role = "rowheader";
  head.append(button);
  row.append(head, cell, number(clockTime(endSec)), number(seconds(endSec - startSec)));
  return row;
}

/** @param {string} text */
function number(text) {
  const cell = document.createElement("td");
  cell.className = "number";
  cell.role = "cell";
  cell.textContent = text;
  return cell;
}
