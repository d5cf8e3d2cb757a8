/** Lists that are looked through where they lie: what that gives, against reading them. */
import { Buffer } from "node:buffer";
import { describe, expect, test } from "bun:test";
import { listedRecordings } from "#lib/corpus/recordings/listed_recordings.ts";
import { parseRecordings } from "#lib/corpus/recordings/parse_recordings.ts";
import { scanPlainList } from "#lib/corpus/recordings/plain_list.ts";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";

const FILE = "/corpus/list.jsonl";
const scan = (text: string) => scanPlainList(new TextEncoder().encode(text), { file: FILE });

function parsed(text: string) {
  try {
    return parseRecordings(text, { file: FILE }).recordings;
  } catch {
    return undefined;
  }
}

/** What a scan gives is what reading gives; where it gives nothing, reading decides. */
function expectSame(text: string) {
  const list = scan(text);
  if (list === undefined) return false;
  const recordings = parsed(text);
  if (recordings === undefined) throw new Error(`Reading refuses ${text}`);
  expect(Array.from({ length: list.length }, (_, i) => list.at(i))).toEqual([...recordings]);
  for (const [i, { wavId, durationSec }] of recordings.entries()) {
    expect(list.numberOf(wavId)).toBe(i);
    expect(list.durationSec(i)).toBe(durationSec);
  }
  expect(list.numberOf("not there")).toBeUndefined();
  const other = listedRecordings(recordings);
  expect(list.idBytes()).toEqual(other.idBytes());
  const last = Uint32Array.of(list.length - 1);
  expect(list.idBytes(last)).toEqual(other.idBytes(last));
  return true;
}

describe("a plain list", () => {
  test.each([
    '{"path": "a.wav", "duration": 2}',
    '{"path": "a.wav", "duration": 2}\r\n{"path": "b.wav", "duration": 0}\r\n',
    '{"audio_filepath":"/x/a.b.wav","duration":0.1,"wav_id":"one"}\n{"audio_filepath":"../b","duration":12345.678901,"wav_id":"two"}\n',
    '  {\t"duration" : 3.0000000000000004 , "lang": "de", "n": -1e3, "ok": true, "no": null, "path" : "é/ü.flac" } \n',
    '{"path": ".hidden", "duration": 1}\n{"path": "dir/..wav.flac", "duration": 10000000000000000000000}\n',
    '{"path": "a", "duration": 0.30000000000000004}\n{"path": "b", "duration": 123456789012.345}\n',
    `{"path": "${"é".repeat(100)}.wav", "duration": 1}`,
  ])("is what reading it gives: %s", (text) => {
    expect(expectSame(text)).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["a blank line", '{"path": "a.wav", "duration": 2}\n\n{"path": "b.wav", "duration": 2}\n'],
    ["an escape", '{"path": "a\\u0062.wav", "duration": 2}\n'],
    ["an exponent", '{"path": "a.wav", "duration": 2e1}\n'],
    ["another order", '{"path": "a.wav", "duration": 2}\n{"duration": 2, "path": "b.wav"}\n'],
    ["a key more", '{"path": "a.wav", "duration": 2}\n{"path": "b.wav", "duration": 2, "x": 1}\n'],
    ["a key twice", '{"path": "a.wav", "duration": 2, "path": "b.wav"}\n'],
    ["a value that is nested", '{"path": "a.wav", "duration": 2, "x": [1]}\n'],
    ["a number as id", '{"path": "a.wav", "duration": 2, "wav_id": 7}\n'],
    ["a byte order mark", '\ufeff{"path": "a.wav", "duration": 2}\n'],
    ["CSV", "path,duration\na.wav,2\n"],
    ["an offset", '{"path": "a.wav", "duration": 2, "offset": 0.2}\n'],
    ["no duration", '{"path": "a.wav"}\n'],
    ["both paths", '{"path": "a.wav", "audio_filepath": "a.wav", "duration": 2}\n'],
    ["an id twice", '{"path": "1/a.wav", "duration": 2}\n{"path": "2/a.wav", "duration": 2}\n'],
    ["a negative duration", '{"path": "a.wav", "duration": -2}\n'],
    ["a number that is none", '{"path": "a.wav", "duration": 02}\n'],
    ["a decimal that is missing", '{"path": "a.wav", "duration": 2.}\n'],
    ["a word that is none", '{"path": "a.wav", "duration": 2, "x": nil}\n'],
    ["an empty path", '{"path": "", "duration": 2}\n'],
    ["a folder's path", '{"path": "a/", "duration": 2}\n'],
    ["an id with a slash", '{"path": "a.wav", "duration": 2, "wav_id": "a/b"}\n'],
    ["an id of a folder", '{"path": "a.wav", "duration": 2, "wav_id": ".."}\n'],
    ["an empty id", '{"path": "a.wav", "duration": 2, "wav_id": ""}\n'],
    ["an id that is too long", `{"path": "a.wav", "duration": 2, "wav_id": "${"x".repeat(201)}"}\n`],
    ["more behind a line", '{"path": "a.wav", "duration": 2} x\n'],
    ["a cut line", '{"path": "a.wav", "duration": 2}\n{"path": "b.wa'],
    ["a control character", '{"path": "a\tb.wav", "duration": 2}\n'],
    ["lines that end in CR", '{"path": "a.wav", "duration": 2}\r{"path": "b.wav", "duration": 2}\r'],
  ])("is not one with %s", (_, text) => {
    expect(scan(text)).toBeUndefined();
  });

  test("is not one in another encoding", () => {
    const bytes = Buffer.from('{"path": "\u00e9.wav", "duration": 2}\n', "latin1");
    expect(scanPlainList(bytes, { file: FILE })).toBeUndefined();
  });

  test("of which a byte is another one is what reading it gives, or is read", () => {
    const lines = Array.from(
      { length: 3 },
      (_, i) =>
        `{"audio_filepath": "day ${i}/r.${i}.wav", "duration": ${i * 1.25}, "lang": "d${i}", "n": ${i}}\n`,
    );
    const whole = lines.join("");
    const random = new MersenneTwister(5);
    const below = (count: number) => Math.floor(random.random() * count);
    const pieces = [
      '"',
      "\\",
      ",",
      ":",
      "{",
      "}",
      "0",
      ".",
      "e",
      "-",
      " ",
      "\n",
      "/",
      "..",
      "\t",
      "\r",
      "x",
      '"x":1,',
    ];
    let plain = 0;
    for (let round = 0; round < 4000; round++) {
      const at = below(whole.length), piece = pieces[below(pieces.length)];
      const text = whole.slice(0, at) + piece + whole.slice(at + below(2));
      if (expectSame(text)) plain++;
    }
    // Letters within names and blanks between tokens change nothing of it.
    expect(plain).toBeGreaterThan(400);
    expect(plain).toBeLessThan(3600);
  });
});
