/** Recordings: read in blocks from any format, mixed and resampled as pyannote does, cut into the networks' chunks. */
export type { Audio, AudioBlock } from "./audio.ts";
export { AudioFileError } from "./audio_file_error.ts";
export { audioFromSamples, type AudioFromSamplesOptions } from "./audio_from_samples.ts";
export { chunkCount, type ChunkGeometry, chunkGeometry } from "./chunk_geometry.ts";
export { type Chunk, chunks, type ChunksOptions } from "./chunks.ts";
export { decodeAudio, decodeAudioFile, type DecodedAudio } from "./decode_audio.ts";
export { encodeWav, type WavOptions, type WavSampleFormat } from "./encode_wav.ts";
export { type ChannelOptions, mixChannels } from "./mix_channels.ts";
export { monoBlocks, type MonoOptions, NETWORK_SAMPLE_RATE } from "./mono_blocks.ts";
export { openAudio, openAudioBytes, type OpenAudioOptions } from "./open_audio.ts";
export { type MonoAudio, readAudio, type ReadAudioOptions } from "./read_audio.ts";
export { resample } from "./resample.ts";
export { resampledLength, type ResampleOptions } from "./resampled_length.ts";
export { Resampler } from "./resampler.ts";
export { writeWav } from "./write_wav.ts";
