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

export const LAB: readonly string[] = [
  "0.5 2.0 ann\n;; note\n2.25\t3e0 MÉO069\r\n",
  "# made by hand\n-0.5 1 x\n3 3 y\n",
];

export const AUDACITY: readonly string[] = [
  "0.500000\t2.000000\tAnn Lee\n\\\t100\t2000\n3\t3\tpoint\n4\t5\n",
];

export const CSV: readonly string[] = [
  'uri,start,end,speaker\r\na,0.5,2,"Lee, ""Ann"""\r\nb,1,1.25,bob\r\n',
  "speaker,end,start,uri,more\nx,2,1,a,\n",
];

const CUES = ["[SPEAKER_00]: Good.", "SPEAKER_01: Hello.", "Ann Lee: Yes.", "<v Bob>No.</v>", "two\nlines"];

export const SRT: readonly string[] = [
  CUES.map((text, i) => `${i + 1}\n00:00:0${i},500 --> 00:00:0${i + 2},000 X1:40\n${text}\n`).join("\n"),
  "0:00:01.5 --> 0:00:02\r\nann\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nbob\r\n",
];

export const VTT: readonly string[] = [
  "WEBVTT - made\n\nNOTE\nno cue\n\n" +
  CUES.map((text, i) => `name ${i}\n00:0${i}.500 --> 00:00:0${i + 2}.000 align:start\n${text}\n`).join("\n"),
];

export const TEXT_GRID: readonly string[] = [
  'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0 3 <exists> 2\n"IntervalTier" "ann" 0 3 2\n0 1.5 "" 1.5 3 "café"\n' +
  '"TextTier" "clicks" 0 3 1\n1 "x"\n',
  'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = -1 \nxmax = 2 \ntiers? <exists> \nsize = 1 \nitem []: \n' +
  '    item [1]:\n        class = "IntervalTier" \n        name = "the ""A""" \n        xmin = -1 \n        xmax = 2 \n' +
  '        intervals: size = 1 \n        intervals [1]:\n            xmin = -1 \n            xmax = 2 \n            text = "hi" ! note\n',
];
