import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
import type { MimeBundle } from "./displayed.ts";
import { displayOf } from "./display_of.ts";

/**
 * Lets dialab's values display themselves as a cell's result: annotations, arrays, stage results, captures, reports, scores. For the
 * first cell of a notebook; figures and tables do it without.
 *
 * Arrays and results are plain data, without a class that could hold a method. So for as long as this is enabled, `Object.prototype`
 * answers for one symbol, `Symbol.for("Jupyter.display")`, by looking at whose prototype it is; it cannot be enumerated, and values
 * that it does not know, or that have a display of their own, are as before.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { disableDisplays, enableDisplays } from "#lib/notebook/enable_displays.ts";
 * const q: object = ndArray("f8", [1, 2], Float64Array.of(0.25, 0.75));
 * enableDisplays();
 * const show = Reflect.get(q, Symbol.for("Jupyter.display"));
 * assert.match((await show.call(q))["text/plain"], /^f8 \(1, 2\)/);
 * assert.equal(Reflect.get({ dtype: "f8" }, Symbol.for("Jupyter.display")), undefined);
 * disableDisplays();
 * assert(!(Symbol.for("Jupyter.display") in q));
 * ```
 */
export function enableDisplays(): void {
  Object.defineProperty(Object.prototype, JUPYTER_DISPLAY, {
    configurable: true,
    enumerable: false,
    get(this: unknown): (() => Promise<MimeBundle>) | undefined {
      const make = displayOf(this);
      return make && (async () => await make());
    },
    // Without it, giving any object a display of its own by assignment would throw.
    set(this: object, value: unknown): void {
      Object.defineProperty(this, JUPYTER_DISPLAY, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
  });
}

/**
 * Takes {@link enableDisplays} back.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { disableDisplays } from "#lib/notebook/enable_displays.ts";
 * disableDisplays();
 * assert(!(Symbol.for("Jupyter.display") in {}));
 * ```
 */
export function disableDisplays(): void {
  Reflect.deleteProperty(Object.prototype, JUPYTER_DISPLAY);
}
