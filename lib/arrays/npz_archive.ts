import { someOf } from "#lib/language/some_of.ts";
import { ArrayFileError } from "./array_file_error.ts";
import type { ByteSource } from "./byte_source.ts";
import { type MemberReader, openMember } from "./member_reader.ts";
import type { DType, NdArray } from "./nd_array.ts";
import { readNpyFrom, readNpyHeader } from "./npy_reader.ts";
import { quote } from "./quote.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { readZipDirectory, type ZipMember } from "./zip_directory.ts";

/** What an array is, known without reading its values. */
export interface ArrayInfo {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Bytes of the values in the file, before packing. */
  readonly byteLength: number;
}

/** Which arrays to read. */
export interface ReadNpzOptions {
  /**
   * Names of the arrays wanted, in the order they shall have. Default: all of the archive, in its order; what cannot be read then throws
   * when it is asked for.
   */
  readonly only?: readonly string[];
  /** Told what was passed over: bytes behind the archive's end. @default {warnOnProcess} */
  readonly warn?: Warn;
}

/** Most arrays that a message lists. */
const MAX_NAMED = 20;

/** An open npz, whose arrays are read one at a time, when asked for. Made by `openNpz`. */
export class NpzArchive implements AsyncDisposable {
  readonly file: string;
  /** The arrays' names, in the archive's order, without `.npy`. */
  readonly names: readonly string[];
  readonly #source: ByteSource;
  readonly #members: ReadonlyMap<string, ZipMember>;
  readonly #twice: ReadonlySet<string>;
  readonly #close: () => Promise<void>;

  private constructor(
    source: ByteSource,
    members: ReadonlyMap<string, ZipMember>,
    settings: { readonly twice: ReadonlySet<string>; readonly close: () => Promise<void> },
  ) {
    this.file = source.file;
    this.names = [...members.keys()];
    this.#source = source;
    this.#members = members;
    this.#twice = settings.twice;
    this.#close = settings.close;
  }

  /** Reads the directory of the zip that `source` holds; `close` is what closing the archive shall do. */
  static async over(
    source: ByteSource,
    settings: { readonly close: () => Promise<void>; readonly warn?: Warn },
  ): Promise<NpzArchive> {
    const { close, warn = warnOnProcess } = settings;
    const members = new Map<string, ZipMember>();
    const twice = new Set<string>();
    for (const member of await readZipDirectory(source, { warn })) {
      const name = member.name.replace(/\.npy$/, "");
      if (members.has(name)) twice.add(name);
      members.set(name, member);
    }
    return new NpzArchive(source, members, { twice, close });
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /**
   * What the named array is. Its values, and so its CRC-32, are not read.
   *
   * @throws {ArrayFileError} There is no such array, or its header is damaged.
   */
  async describe(name: string): Promise<ArrayInfo> {
    const { header, count } = await this.#with(name, (reader) => readNpyHeader(reader, this.#place(name)));
    return { dtype: header.dtype, shape: header.shape, byteLength: count * header.itemSize };
  }

  /**
   * Reads the named array.
   *
   * @throws {ArrayFileError} There is no such array, or it is damaged, pickled, or of an unknown dtype.
   */
  read(name: string): Promise<NdArray> {
    return this.#with(name, async (reader) => {
      const array = await readNpyFrom(reader, this.#place(name));
      await reader.finish();
      return array;
    });
  }

  /**
   * Reads all arrays, or those named, one after the other.
   *
   * Without `only`, one that cannot be read does not spoil the others: its property throws when it is asked for, with what is wrong with it.
   */
  async readAll(options: Pick<ReadNpzOptions, "only"> = {}): Promise<Record<string, NdArray>> {
    const arrays: Record<string, NdArray> = {};
    const define = (name: string, property: PropertyDescriptor) =>
      Object.defineProperty(arrays, name, { enumerable: true, configurable: true, ...property });
    for (const name of options.only ?? this.names) {
      try {
        define(name, { value: await this.read(name), writable: true });
      } catch (error) {
        if (options.only !== undefined || !(error instanceof ArrayFileError) || error.array === undefined) {
          throw error;
        }
        define(name, {
          get() {
            throw error;
          },
        });
      }
    }
    return arrays;
  }

  close(): Promise<void> {
    return this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #with<T>(name: string, use: (reader: MemberReader) => Promise<T>): Promise<T> {
    const place = this.#place(name);
    const member = this.#members.get(name);
    if (member === undefined) {
      const names = someOf(this.names.map(quote), MAX_NAMED) || "nothing";
      throw new ArrayFileError(`not in this archive, which holds ${names}`, place);
    }
    if (this.#twice.has(name)) throw new ArrayFileError("corrupt: it is there twice", place);
    const reader = await openMember(this.#source, { member, place });
    try {
      return await use(reader);
    } finally {
      reader.close();
    }
  }

  #place(array: string): { file: string; array: string } {
    return { file: this.file, array };
  }
}
