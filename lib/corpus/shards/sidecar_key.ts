/** What sidecars call a clip or its recording; the most certain first. */
const ID_FIELDS = ["clip_id", "__key__", "key", "id", "wav_id", "uid"];

/**
 * The key of a JSON sidecar's sample, as its own id tells it: the part of its name that is the id, perhaps with a clip's number behind
 * it; undefined where it tells none that begins its name.
 *
 * @param name The sidecar's, in the tar.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sidecarKey } from "#lib/corpus/shards/sidecar_key.ts";
 * const json = new TextEncoder().encode('{"wav_id": "rec.2024.05.01"}');
 * assert.equal(sidecarKey("a/rec.2024.05.01_0000.json", json), "a/rec.2024.05.01_0000");
 * assert.equal(sidecarKey("a/other.json", json), undefined);
 * ```
 */
export function sidecarKey(name: string, json: Uint8Array): string | undefined {
  const slash = name.lastIndexOf("/") + 1;
  const base = name.slice(slash);
  for (const id of sidecarIds(json)) {
    for (const begins of [id, id.slice(id.lastIndexOf("/") + 1)]) {
      if (begins === "" || !base.startsWith(begins)) continue;
      const [number] = /^(?:_\d{4,})?(?=\.)/.exec(base.slice(begins.length)) ?? [];
      if (number !== undefined) return name.slice(0, slash) + begins + number;
    }
  }
  return undefined;
}

/**
 * The recording that a JSON sidecar names; undefined where it names none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sidecarWavId } from "#lib/corpus/shards/sidecar_key.ts";
 * assert.equal(sidecarWavId(new TextEncoder().encode('{"uid": "rec", "clip_id": "rec_0000"}')), "rec");
 * assert.equal(sidecarWavId(new TextEncoder().encode("{}")), undefined);
 * ```
 */
export function sidecarWavId(json: Uint8Array): string | undefined {
  const object = parsed(json);
  return ["wav_id", "uid"].map((field) => object[field]).find((id): id is string =>
    typeof id === "string" && id !== ""
  );
}

function sidecarIds(json: Uint8Array): string[] {
  const object = parsed(json);
  return ID_FIELDS.map((field) => object[field]).filter((id) => typeof id === "string");
}

function parsed(json: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
