import { ModelNotFoundError } from "./find_model.ts";

/**
 * Waits for several searches of models. Where some find nothing, all of these are told in one error, not the first alone.
 *
 * @throws {ModelNotFoundError} naming everything that is missing.
 * @throws What a search fails with otherwise, which goes before what is missing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findModel } from "#lib/networks/find_model.ts";
 * import { foundTogether } from "#lib/networks/found_together.ts";
 * const places = [{ path: "/nowhere", origin: "flag" }];
 * const searches = ["plda", "plda-xvec-transform"].map((name) => findModel(name, { places }));
 * await assert.rejects(foundTogether(searches), /2 files .*: npx dialab fetch models plda plda-xvec-transform\./s);
 * ```
 */
export async function foundTogether<Searches extends readonly unknown[]>(
  searches: Searches,
): Promise<{ -readonly [I in keyof Searches]: Awaited<Searches[I]> }> {
  const ends = await Promise.allSettled(searches);
  const reasons = ends.flatMap((end) => end.status === "rejected" ? [end.reason as unknown] : []);
  const other = reasons.find((reason) => !(reason instanceof ModelNotFoundError));
  if (other !== undefined) throw other;
  const missing = reasons.flatMap((reason) => reason instanceof ModelNotFoundError ? reason.missing : []);
  if (missing.length > 0) throw new ModelNotFoundError(missing);
  return await Promise.all(searches) as { -readonly [I in keyof Searches]: Awaited<Searches[I]> };
}
