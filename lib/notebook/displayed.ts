import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";

/** What Jupyter shows of a value: the same in several forms by MIME type, of which a page takes the richest that it can. */
export interface MimeBundle {
  /** Always there: for terminals, screen readers and version control. */
  readonly "text/plain": string;
  readonly "text/html"?: string;
  readonly "image/svg+xml"?: string;
  readonly [mime: string]: unknown;
}

/** A value that displays itself in a notebook. */
export interface Displayed {
  readonly [JUPYTER_DISPLAY]: () => Promise<MimeBundle>;
}

/**
 * A value that displays itself as `bundle`, which is made when it is shown.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { displayed } from "#lib/notebook/displayed.ts";
 * import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
 * const hello = displayed(() => ({ "text/plain": "hello", "text/html": "<b>hello</b>" }));
 * assert.equal((await hello[JUPYTER_DISPLAY]())["text/plain"], "hello");
 * ```
 */
export function displayed(bundle: () => MimeBundle | Promise<MimeBundle>): Displayed {
  return { [JUPYTER_DISPLAY]: async () => await bundle() };
}
