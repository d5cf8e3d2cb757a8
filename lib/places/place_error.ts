/**
 * A folder that was named is not there, or is no folder. Others are not looked into in its place: what they hold may be something else.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { PlaceError } from "#lib/places/place_error.ts";
 * import { modelPlaces } from "#lib/places/places.ts";
 * assert.throws(() => modelPlaces("/no/such/folder"), PlaceError);
 * ```
 */
export class PlaceError extends Error {
  override readonly name = "PlaceError";
}
