/**
 * Whether a member is what macOS keeps beside a file: its name begins with `._`, or it lies in `__MACOSX`.
 *
 * Source: RFC 1740, AppleDouble.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isAppleDouble } from "#lib/corpus/shards/apple_double.ts";
 * assert.deepEqual(["__MACOSX/a/._b.wav", "a/._b.wav", "a/b._wav"].map(isAppleDouble), [true, true, false]);
 * ```
 */
export function isAppleDouble(name: string): boolean {
  return /(?:^|\/)(?:\._[^/]*|__MACOSX\/.*)$/s.test(name);
}
