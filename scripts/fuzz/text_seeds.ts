/** Valid texts to damage: small, and with one of everything that the format knows. */
export const RTTM: readonly string[] = [
  [
    "SPEAKER trn01 1 0.031 2.977 <NA> <NA> SPEAKER_00 <NA> <NA>",
    "SPEAKER trn01 1 2.5 0.75 <NA> <NA> SPEAKER_01 <NA> <NA>",
    "SPKR-INFO trn01 1 <NA> <NA> <NA> unknown SPEAKER_00 <NA> <NA>",
    "SPEAKER trn02 1 5.0625 1e1 <NA> <NA> MÉO069 <NA>",
    "",
    ";; a comment",
    "SPEAKER\ttrn02\t1\t12.25\t0.125\t<NA>\t<NA>\tMÉO069\t<NA>\t<NA>",
  ].join("\n"),
  "SPEAKER a 1 1 2 <NA> <NA> b <NA> <NA>\r\nSPEAKER a 1 3 4 <NA> <NA> b <NA> <NA>\r\n",
  Array.from({ length: 40 }, (_, i) => `SPEAKER talk 1 ${i}.125 1.500 <NA> <NA> S${i % 4} <NA> <NA>\n`).join(
    "",
  ),
];

export const UEM: readonly string[] = [
  "trn01 1 0.000 30.000\ntrn02 NA 1.5 2.5\n\ntrn01 1 40 50.0625\n",
  "a 1 0 1\r\na 1 1 2\r\n",
  Array.from({ length: 40 }, (_, i) => `talk 1 ${i}.125 ${i}.875\n`).join(""),
];

const track = (i: number) => ({
  startSec: i + 0.125,
  endSec: i + 1.5,
  track: String(i),
  label: `SPEAKER_0${i % 3}`,
});

export const ANNOTATION_JSON: readonly string[] = [
  JSON.stringify({ format: "dialab/annotation", version: 1, tracks: [] }),
  JSON.stringify(
    {
      format: "dialab/annotation",
      version: 1,
      uri: "Grüße",
      tracks: Array.from({ length: 12 }, (_, i) => track(i)),
    },
    null,
    2,
  ),
];
