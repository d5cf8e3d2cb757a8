/** Frames that must follow each other: one or two headers occur by chance in any large binary file. */
const LEAST_FRAMES = 3;
/** ID3v1's tag at a file's end. */
const TRAILING_TAG_BYTES = 128;

function isTrailer(bytes: Uint8Array, at: number): boolean {
  const rest = bytes.subarray(at);
  const isTag = rest.length === TRAILING_TAG_BYTES && rest[0] === 0x54 && rest[1] === 0x41 &&
    rest[2] === 0x47;
  return isTag || rest.every((byte) => byte === 0);
}

/** What {@linkcode frameChain} is told. */
export interface FrameChainOptions<Frame> {
  /** Whether the bytes are all that follow in the file. */
  readonly isWhole: boolean;
  /** Frames that must follow each other. Default: 3. */
  readonly least?: number;
  /** Reads the frame at a position, or undefined where none begins. */
  readonly frameAt: (bytes: Uint8Array, at: number) => Frame | undefined;
  /** What all frames of one stream have in common. */
  readonly kind: (frame: Frame) => string;
}

/**
 * The first frame of a stream that begins with the bytes: three frames of one kind follow each other; or the file is
 * shorter, and is whole frames and nothing else (but ID3v1's tag, or zeros).
 *
 * @returns Undefined where it is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { frameChain } from "#lib/audio/frame_chain.ts";
 *
 * // Frames of this example begin with 9 and their length.
 * const frameAt = (bytes: Uint8Array, at: number) => bytes[at] === 9 ? { bytes: bytes[at + 1] } : undefined;
 * const isStream = (isWhole: boolean, ...bytes: number[]) =>
 *   frameChain(Uint8Array.from(bytes), { isWhole, frameAt, kind: () => "9" }) !== undefined;
 * assert(isStream(false, 9, 2, 9, 3, 0, 9, 2, 7));
 * assert(!isStream(false, 9, 2, 9, 3, 0, 8, 2, 7));
 * assert(isStream(true, 9, 2, 9, 3, 1));
 * assert(!isStream(true, 9, 2, 9, 3));
 * ```
 */
export function frameChain<Frame extends { readonly bytes: number }>(
  bytes: Uint8Array,
  options: FrameChainOptions<Frame>,
): Frame | undefined {
  const { isWhole, least = LEAST_FRAMES, frameAt, kind } = options;
  const first = frameAt(bytes, 0);
  if (first === undefined) return undefined;
  let at = first.bytes;
  for (let frames = 1; frames < least; frames++) {
    const next = frameAt(bytes, at);
    if (next === undefined || kind(next) !== kind(first)) {
      return isWhole && at <= bytes.length && isTrailer(bytes, at) ? first : undefined;
    }
    at += next.bytes;
  }
  return first;
}
