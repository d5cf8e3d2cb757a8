import type { PacketDecoder } from "./open_decoder.ts";

/** Coded audio of one shape, set up once. */
export interface CodedStream {
  readonly sampleRate: number;
  readonly channels: number;
  /** What the container announces: samples per channel that are heard. */
  readonly frames?: number;
  /** Whether what is decoded beyond `frames` is the encoder's padding. Default: it is heard, with a warning. */
  readonly isPadded?: boolean;
  /** Whether what lacks at the end may as well lack inside. Default: false, positions would tell. */
  readonly isUncut?: boolean;
  /** Samples at the start that are the encoder's priming. Default 0. */
  readonly skip?: number;
  /** Sets up a decoder at the start of the stream. */
  open(): Promise<PacketDecoder>;
}

/** Packets that follow each other, and where their samples belong: positions count from the stream's start, `skip` included. */
export interface CodedRun {
  readonly stream: CodedStream;
  readonly packets: readonly Uint8Array[];
  /** Position of the first sample. */
  readonly start?: number;
  /** Samples in the packets, where `start` is given. */
  readonly frames?: number;
  /** Position behind the last sample, where `start` is not given. */
  readonly end?: number;
  /** Whether samples beyond `end` are padding, not what came too early. */
  readonly isLast?: boolean;
}
