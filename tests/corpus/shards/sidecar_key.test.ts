import { expect, test } from "bun:test";
import { sidecarKey, sidecarWavId } from "#lib/corpus/shards/sidecar_key.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test.each<[string, string, string | undefined]>([
  ["rec.1.json", '{"wav_id": "rec.1"}', "rec.1"],
  ["rec.1.vad.json", '{"wav_id": "rec.1"}', "rec.1"],
  ["a/b/rec.1_0003.json", '{"uid": "rec.1"}', "a/b/rec.1_0003"],
  ["a/rec.1_0003.json", '{"id": "elsewhere/rec.1"}', "a/rec.1_0003"],
  // The clip's own id says more than the recording's.
  ["rec.1_0003.x.json", '{"wav_id": "rec", "clip_id": "rec.1_0003"}', "rec.1_0003"],
  ["rec.1.json", '{"clip_id": "other", "wav_id": "rec.1"}', "rec.1"],
  ["rec.1_03.json", '{"wav_id": "rec.1"}', undefined],
  ["rec.10.json", '{"wav_id": "rec.1"}', undefined],
  ["a/.json", '{"wav_id": ""}', undefined],
  ["7.json", '{"wav_id": 7}', undefined],
  ["rec.1.json", '["rec.1"]', undefined],
  ["rec.1.json", "null", undefined],
  ["rec.1.json", "no JSON", undefined],
])("of %j with %s the key is %j", (name, json, key) => {
  expect(sidecarKey(name, bytes(json))).toBe(key);
});

test.each<[string, string | undefined]>([
  ['{"wav_id": "a", "uid": "b"}', "a"],
  ['{"wav_id": "", "uid": "b"}', "b"],
  ['{"wav_id": 7}', undefined],
  ["null", undefined],
  ["7", undefined],
])("in %s the recording is %j", (json, wavId) => {
  expect(sidecarWavId(bytes(json))).toBe(wavId);
});
