import { readdirSync, readFileSync } from "node:fs";
import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
import { parseNpz } from "#lib/arrays/parse_npz.ts";
import { parseAnnotationJson } from "#lib/timeline/annotation_json.ts";
import { parseAudacity } from "#lib/timeline/audacity.ts";
import { parseCsv } from "#lib/timeline/csv.ts";
import { parseLab } from "#lib/timeline/lab.ts";
import { praatText } from "#lib/timeline/praat_text.ts";
import { parseRttm } from "#lib/timeline/rttm.ts";
import { parseSrt } from "#lib/timeline/srt.ts";
import { parseTextGrid } from "#lib/timeline/textgrid.ts";
import { parseVtt } from "#lib/timeline/vtt.ts";
import { decodeUtf8 } from "#lib/timeline/text_files.ts";
import { TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { parseUem } from "#lib/timeline/uem.ts";
import { AUDIO_TARGETS } from "./audio_target.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import { parseEveryWay } from "./in_member.ts";
import { TABLE_TARGETS } from "./table_targets.ts";
import { ANNOTATION_JSON, AUDACITY, CSV, LAB, RTTM, SRT, TEXT_GRID, UEM, VTT } from "./text_seeds.ts";

const samples = new URL("../../tests/arrays/samples/", import.meta.url);
/** Samples that NumPy wrote and that are refused undamaged. */
const REFUSED = /^(object|record|complex|bytes|time|raw|long_double|sub_array|lzma)\./;
/** One where bytes that are passed over are most of it. */
const LARGE = "blocks_behind.npz";

/** All members of an npz, each asked for: one that cannot be read must not spoil another. Refused where none can be. */
async function allMembers(bytes: Uint8Array): Promise<unknown> {
  const arrays = await parseNpz(bytes, { name: "x.npz", warn: () => {} });
  const faults: unknown[] = [];
  for (const name of Object.keys(arrays)) {
    try {
      void arrays[name];
    } catch (error) {
      if (!(error instanceof ArrayFileError)) throw error;
      faults.push(error);
    }
  }
  if (faults.length > 0 && faults.length === Object.keys(arrays).length) throw faults[0];
  return arrays;
}

function sampleFiles(extension: string): Uint8Array[] {
  return readdirSync(samples).filter((file) =>
    file.endsWith(extension) && !REFUSED.test(file) && file !== LARGE
  ).sort()
    .map((file) => readFileSync(new URL(file, samples)));
}

function arrayTarget(name: string, parse: FuzzTarget["parse"]): FuzzTarget {
  return {
    name,
    seeds: sampleFiles(`.${name}`),
    parse,
    isExpected: (error) => error instanceof ArrayFileError,
  };
}

interface TextOptions {
  readonly file: string;
  readonly warn: (warning: string) => void;
}

/** What is forgiven is no fault. */
const ignore = () => {};

function textTarget(
  name: string,
  options: { seeds: readonly string[]; parse: (text: string, options: TextOptions) => unknown },
): FuzzTarget {
  const file = `x.${name}`;
  return {
    name,
    seeds: options.seeds.map((text) => new TextEncoder().encode(text)),
    parse: (bytes) => options.parse(decodeUtf8(bytes, { file }), { file, warn: ignore }),
    isExpected: (error) => error instanceof TimelineFileError,
  };
}

/** In any encoding: bytes that are no UTF-8 are not refused. */
function textGridTarget(): FuzzTarget {
  const file = "x.TextGrid";
  return {
    ...textTarget("textgrid", { seeds: TEXT_GRID, parse: parseTextGrid }),
    parse: (bytes) => parseTextGrid(praatText(bytes, { file, warn: ignore }), { file, warn: ignore }),
  };
}

/** The readers of arrays and of timelines, by name; each is made when it is asked for. */
export const TEXT_AND_ARRAY_TARGETS: Readonly<Record<string, () => FuzzTarget>> = {
  npz: () => arrayTarget("npz", allMembers),
  npy: () => arrayTarget("npy", parseEveryWay),
  rttm: () => textTarget("rttm", { seeds: RTTM, parse: parseRttm }),
  uem: () => textTarget("uem", { seeds: UEM, parse: parseUem }),
  lab: () => textTarget("lab", { seeds: LAB, parse: parseLab }),
  audacity: () => textTarget("audacity", { seeds: AUDACITY, parse: parseAudacity }),
  csv: () => textTarget("csv", { seeds: CSV, parse: parseCsv }),
  srt: () => textTarget("srt", { seeds: SRT, parse: parseSrt }),
  vtt: () => textTarget("vtt", { seeds: VTT, parse: parseVtt }),
  textgrid: textGridTarget,
  json: () => textTarget("json", { seeds: ANNOTATION_JSON, parse: parseAnnotationJson }),
};

/** Every reader of files that may come from elsewhere, by name. */
export const TARGETS: Readonly<Record<string, () => FuzzTarget | Promise<FuzzTarget>>> = {
  ...TEXT_AND_ARRAY_TARGETS,
  ...AUDIO_TARGETS,
  tar: async () => (await import("./tar_target.ts")).tarTarget(),
  ...TABLE_TARGETS,
};
