/** Transforms: what is done to samples of speech before they become a batch. */
export { compose } from "./compose.ts";
export { labelEncoder, type LabelEncoderOptions } from "./label_encoder.ts";
export { maskGenerator, type MaskGeneratorOptions } from "./mask_generator.ts";
export { normalize, type NormalizeOptions } from "./normalize.ts";
export { resampleTo } from "./resample_to.ts";
export { segment, type SegmentTransformOptions } from "./segment.ts";
export type { SampleSegment, SpeechSample, SpeechTransform } from "./speech_sample.ts";
