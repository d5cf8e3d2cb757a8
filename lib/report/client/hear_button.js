import { clockTime } from "#lib/report/client/clock_time.js";

/**
 * Makes a button of a moment: where there is sound it plays from there, else it goes there, and says so.
 *
 * @param {HTMLElement} button
 * @param {{ startSec: number, before?: string, after?: string, hasSound: boolean }} moment `before` and `after`: what else it says.
 */
export function nameHearButton(button, { startSec, before = "", after = "", hasSound }) {
  const verb = hasSound ? "play from" : "go to";
  const words = `${before && `${before}, `}${verb} ${clockTime(startSec)}${after}`;
  button.setAttribute("aria-label", words.charAt(0).toUpperCase() + words.slice(1));
  button.classList.toggle("heard", hasSound);
}

/**
 * The moments in tables, which are text until a script can do something with them, become buttons.
 *
 * @param {(recording: number, startSec: number) => void} hear
 * @returns {(recording: number, name: string, hasSound: boolean) => void} Says whether a recording has sound.
 */
export function startHearButtons(hear) {
  const buttons = Array.from(document.querySelectorAll("[data-seek]"), (place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "hear";
    button.textContent = place.textContent;
    const { recording, seek } = /** @type {HTMLElement} */ (place).dataset;
    Object.assign(button.dataset, { recording, seek });
    button.addEventListener("click", () => hear(Number(recording), Number(seek)));
    place.replaceWith(button);
    return button;
  });
  return (recording, name, hasSound) => {
    for (const button of buttons) {
      if (Number(button.dataset.recording) !== recording) continue;
      const startSec = Number(button.dataset.seek), after = ` in ${name}`;
      nameHearButton(button, { startSec, before: button.textContent ?? "", after, hasSound });
    }
    for (const hint of document.querySelectorAll(`.hint[data-recording="${recording}"]`)) {
      hint.textContent = hasSound
        ? "Click into the figure to hear that moment."
        : "Click into the figure to go to that moment.";
    }
  };
}
