/**
 * A time as a clock shows it: `0:07.4`, `12:03.0`, `1:02:03.4`; tenths are cut, as on a clock.
 *
 * @param {number} seconds
 * @returns {string}
 */
export function clockTime(seconds) {
  const tenths = Math.floor(Math.max(0, seconds) * 10 + 1e-6);
  const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60];
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return hours > 0 ? `${hours}:${`${minutes}`.padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
