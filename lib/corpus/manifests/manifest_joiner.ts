import { counted } from "#lib/language/counted.ts";
import { type Warn, warnOnProcess } from "../../warnings/warn.ts";
import { joinQuery, type JoinStrategy } from "./join_query.ts";
import { MetadataManifest } from "./metadata_manifest.ts";

/** Settings of a join. */
export interface ManifestJoinerOptions {
  /** Rows that all stages have, those of the first, or all. @default "inner" */
  readonly how?: JoinStrategy;
  /** Put behind a name of the right side that is taken; `{source}` is the right side's name. @default "_{source}" */
  readonly suffix?: string;
  /** Whether ids that come twice in a stage are looked for and warned about, which costs a pass over each. @default true */
  readonly checkDuplicates?: boolean;
  /** Takes warnings. @default warnOnProcess */
  readonly warn?: Warn;
}

/**
 * The Big Join: manifests of stages put side by side by `wav_id`, from left to right. Nulls match nothing; an id that comes twice on both
 * sides makes four rows, and is warned about. Ids are compared as bytes, so that é and e with an accent are two.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ManifestJoiner } from "#lib/corpus/manifests/manifest_joiner.ts";
 * import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
 *
 * const vad = await MetadataManifest.fromRows([{ wav_id: "a", error: "" }, { wav_id: "b", error: "" }], { source: "vad" });
 * const snr = await MetadataManifest.fromRows([{ wav_id: "b", error: "x" }], { source: "snr" });
 * await using joined = await new ManifestJoiner([vad, snr]).join();
 * assert.deepEqual((await joined.toTable()).columns.map(({ name, values }) => [name, ...values]), [
 *   ["wav_id", "b"],
 *   ["error", ""],
 *   ["error_snr", "x"],
 * ]);
 * ```
 */
export class ManifestJoiner {
  readonly #manifests: readonly MetadataManifest[];

  /** @throws {RangeError} when there is no manifest. */
  constructor(manifests: readonly MetadataManifest[]) {
    if (manifests.length === 0) throw new RangeError("A join needs one manifest at least.");
    this.#manifests = manifests;
  }

  /**
   * The joined manifest; closing it closes those it was made of.
   *
   * @throws {RangeError} when a manifest has no `wav_id`, or a name with its suffix is taken too.
   */
  async join(
    { how = "inner", suffix = "_{source}", checkDuplicates = true, warn = warnOnProcess }:
      ManifestJoinerOptions = {},
  ): Promise<MetadataManifest> {
    if (!["inner", "left", "outer"].includes(how)) {
      throw new RangeError(`${JSON.stringify(how)} is no way to join: it is inner, left or outer.`);
    }
    const parts = this.#manifests.map((manifest) => manifest.parts());
    const shape = { parts, how, suffix };
    const query = joinQuery(shape);
    if (checkDuplicates && parts.length > 1) {
      for (const manifest of this.#manifests) {
        const twice = await manifest.duplicates();
        if (twice.length > 0) {
          const shown = twice.slice(0, 3).map((id) => JSON.stringify(id)).join(", ") +
            (twice.length > 3 ? ", ..." : "");
          const many = twice.length < 20
            ? counted(twice.length, "id has", "ids have")
            : "20 ids or more have";
          warn(`${manifest.source}: ${many} more than one row (${shown}), and rows multiply in the join.`);
        }
      }
    }
    return new MetadataManifest({
      ...query,
      source: parts.map(({ source }) => source).join("+"),
      engines: new Set(parts.flatMap(({ engines }) => [...engines])),
      join: parts.length > 1 ? shape : undefined,
    });
  }
}
