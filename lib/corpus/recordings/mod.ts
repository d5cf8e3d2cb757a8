/** Lists of recordings: which files a corpus has, what each is called, and how long it is. */
export { fileStem } from "./file_stem.ts";
export { findAudioFiles } from "./find_audio_files.ts";
export { listRecordings, type ListRecordingsOptions } from "./list_recordings.ts";
export { parseRecordings, type RecordingListOptions } from "./parse_recordings.ts";
export { readRecordings } from "./read_recordings.ts";
export type { ListedRecording, RecordingList } from "./recording_list.ts";
export { formatRecordings, writeRecordings, type WriteRecordingsOptions } from "./write_recordings.ts";
