import { clockTime } from "#lib/report/client/clock_time.js";
import { element } from "#lib/report/client/page_data.js";

/**
 * The bar at the foot of the window that shows what plays while its player is out of view.
 *
 * @returns {(player: import("#lib/report/client/player.js").Player) => void} Told of the player that changed.
 */
export function startNowPlaying() {
  const bar = element(document, "#now-playing");
  const [button, words, link] = ["button", ".words", "a"].map((selector) => element(bar, selector));
  /** @type {import("#lib/report/client/player.js").Player | undefined} */
  let current;
  let inView = false;
  const show = () => {
    bar.hidden = current === undefined || inView;
    if (current === undefined) return;
    words.textContent = `${current.name} · ${clockTime(current.timeSec(), 1)}`;
    button.setAttribute("aria-label", current.isPlaying() ? "Pause" : "Play");
    button.classList.toggle("playing", current.isPlaying());
  };
  const watch = new IntersectionObserver((entries) => {
    inView = entries[entries.length - 1].isIntersecting;
    show();
  });
  button.addEventListener("click", () => current?.toggle());
  return (player) => {
    if (player !== current && player.isPlaying()) {
      current?.pause();
      watch.disconnect();
      current = player;
      inView = true; // until the observer says otherwise, so that nothing flashes up
      watch.observe(element(player.root, ".wave"));
      link.setAttribute("href", `#${player.root.id}`);
    }
    if (player === current) show();
  };
}
