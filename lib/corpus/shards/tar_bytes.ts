/** A tar: a file's path, or bytes in memory and what errors call them. Packed by gzip or not. */
export type ShardInput = string | { readonly file: string; readonly bytes: Uint8Array };

/** A tar's bytes, from the beginning on. */
export interface TarBytes {
  /** What errors call it. */
  readonly file: string;
  /** Where the next byte is read, in the unpacked tar. */
  readonly position: number;
  /** Whether the tar is packed, so that no place in it can be gone to. */
  readonly isPacked: boolean;
  /** The next bytes, fewer where it ends; good until the next call. */
  take(length: number): Promise<Uint8Array>;
  /** The next bytes, fewer where it ends, in memory of their own. */
  read(length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Passes over bytes; how many there were. */
  skip(length: number): Promise<number>;
  close(): Promise<void>;
}
