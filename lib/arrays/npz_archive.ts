import { ArrayFileError } from "./array_file_error.ts";
import type { ByteSource } from "./byte_source.ts";
import { type MemberReader, openMember } from "./member_reader.ts";
import type { DType, NdArray } from "./nd_array.ts";
import { readNpyFrom, readNpyHeader } from "./npy_reader.ts";
import { quote } from "./quote.ts";
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
  /** Names of the arrays wanted, in the order they shall have. Default: all of the archive, in its order. */
  readonly only?: readonly string[];
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
  readonly #close: () => Promise<void>;

  private constructor(
    source: ByteSource,
    members: ReadonlyMap<string, ZipMember>,
    close: () => Promise<void>,
  ) {
    this.file = source.file;
    this.names = [...members.keys()];
    this.#source = source;
    this.#members = members;
    this.#close = close;
  }

  /** Reads the directory of the zip that `source` holds; `close` is what closing the archive shall do. */
  static async over(source: ByteSource, close: () => Promise<void>): Promise<NpzArchive> {
    const members = new Map<string, ZipMember>();
    for (const member of await readZipDirectory(source)) {
      const name = member.name.replace(/\.npy$/, "");
      if (members.has(name)) {
        throw new ArrayFileError("corrupt: it is there twice", { file: source.file, array: name });
      }
      members.set(name, member);
    }
    return new NpzArchive(source, members, close);
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

  /** Reads all arrays, or those named, one after the other. */
  async readAll(options: ReadNpzOptions = {}): Promise<Record<string, NdArray>> {
    const arrays: [string, NdArray][] = [];
    for (const name of options.only ?? this.names) arrays.push([name, await this.read(name)]);
    return Object.fromEntries(arrays);
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
      const names = this.names.slice(0, MAX_NAMED).map(quote).join(", ") || "nothing";
      const more = this.names.length > MAX_NAMED ? ` and ${this.names.length - MAX_NAMED} more` : "";
      throw new ArrayFileError(`not in this archive, which holds ${names}${more}`, place);
    }
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
