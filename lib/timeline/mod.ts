/** Who speaks when: segments, timelines and annotations, and the files that hold them. */
export { Annotation } from "./annotation.ts";
export { asWritten, type AsWrittenOptions } from "./as_written.ts";
export { annotationToJson, parseAnnotationJson } from "./annotation_json.ts";
export {
  ANNOTATION_FORMAT,
  ANNOTATION_VERSION,
  type AnnotationJson,
  annotationSchema,
} from "./annotation_schema.ts";
export { formatAudacity, parseAudacity, readAudacity, writeAudacity } from "./audacity.ts";
export { clockTime, type ClockTimeOptions } from "./clock_time.ts";
export { compareCodePoints } from "./compare_code_points.ts";
export type { Cooccurrence } from "./cooccurrence.ts";
export { type CsvFormatOptions, formatCsv, parseCsv, readCsv, writeCsv } from "./csv.ts";
export type { DiscretizedAnnotation, DiscretizeOptions } from "./discretize.ts";
export type { RecordingFileOptions, WriteOptions } from "./finite_turns.ts";
export type { NameSource } from "./generated_names.ts";
export {
  formatLab,
  type LabFormatOptions,
  type LabReadOptions,
  type LabUnit,
  parseLab,
  readLab,
  writeLab,
} from "./lab.ts";
export type { LabelMapping } from "./label_mapping.ts";
export { formatRttm, parseRttm, readRttm, type RttmFormatOptions, writeRttm } from "./rttm.ts";
export { compareSegments, Segment, SEGMENT_PRECISION, type SegmentJson } from "./segment.ts";
export type { SubtitleOptions } from "./cues.ts";
export type { ReadOptions } from "./file_reading.ts";
export type { PraatEncoding } from "./praat_text.ts";
export {
  parseRttmContents,
  readRttmContents,
  type RttmChannel,
  type RttmRecording,
} from "./rttm_contents.ts";
export { formatSrt, parseSrt, readSrt, type SrtFormatOptions, writeSrt } from "./srt.ts";
export type { TextFileOptions } from "./text_files.ts";
export {
  formatTextGrid,
  parseTextGrid,
  readTextGrid,
  type TextGridFormatOptions,
  type TextGridReadOptions,
  writeTextGrid,
} from "./textgrid.ts";
export { type CropMode, type Support, Timeline, type TimelineOptions } from "./timeline.ts";
export { TimelineFileError, type TimelineFileFault } from "./timeline_file_error.ts";
export type { LabelledTrack, SegmentTracks } from "./track_set.ts";
export type { NumberedTurns, TurnColumns } from "./turn_columns.ts";
export { formatVtt, parseVtt, readVtt, writeVtt } from "./vtt.ts";
export { formatUem, parseUem, parseUemChannels, readUem, type UemFormatOptions, writeUem } from "./uem.ts";
export { binarize, type BinarizeOptions } from "./binarize.ts";
export { type ChunkFrames, chunkFrames, type FrameGrid } from "./chunk_frames.ts";
export { clusterActivity, type ClusteredSegmentations } from "./cluster_activity.ts";
export { mostActive } from "./most_active.ts";
export { reconstruct, type ReconstructInput } from "./reconstruct.ts";
export { CHUNKS, closestFrame, frameMiddle, FRAMES, type SlidingWindow } from "./sliding_window.ts";
export { speakerCount } from "./speaker_count.ts";
export { speakerNames } from "./speaker_names.ts";
