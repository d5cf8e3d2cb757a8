/** Polls in a row that run at once, about a millisecond: a short wait is not slowed down. */
const EAGER_POLLS = 32;
/** Milliseconds between polls after that. */
const CALM_MS = 1;
/** A gap of so many milliseconds begins a new row. */
const PAUSE_MS = 5;

/**
 * Makes Dawn poll less in Deno.
 *
 * While anything is awaited, Dawn asks for the next poll through the global `setImmediate`, each time with a new native function (30 000 a
 * second, measured), and Deno never frees those: 130 bytes each. After `EAGER_POLLS` polls in a row the next ones wait a millisecond. Functions
 * of JavaScript pass as they are.
 *
 * @param scope Whose `setImmediate` is replaced; a second call changes nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { calmPolling } from "#lib/compute/calm_polling.ts";
 * let immediate = 0;
 * const scope = { setImmediate: (_callback: () => void) => void immediate++, setTimeout: () => {} };
 * calmPolling(scope);
 * scope.setImmediate(() => {});
 * assert.equal(immediate, 1);
 * ```
 */
export function calmPolling(scope: PollingScope): void {
  if (calmed.has(scope)) return;
  calmed.add(scope);
  const { setImmediate: immediate } = scope;
  let polls = 0;
  let lastMs = -Infinity;
  scope.setImmediate = (callback, ...args) => {
    if (!isNative(callback)) return immediate(callback, ...args);
    const now = performance.now();
    polls = now - lastMs > PAUSE_MS ? 0 : polls + 1;
    lastMs = now;
    return polls < EAGER_POLLS ? immediate(callback, ...args) : scope.setTimeout(callback, CALM_MS, ...args);
  };
}

type Callback = (...args: unknown[]) => void;

/** What `calmPolling` needs of the global object. */
export interface PollingScope {
  setImmediate(callback: Callback, ...args: unknown[]): unknown;
  setTimeout(callback: Callback, delayMs: number, ...args: unknown[]): unknown;
}

const calmed = new WeakSet<PollingScope>();

function isNative(callback: Callback): boolean {
  return Function.prototype.toString.call(callback).includes("[native code]");
}
