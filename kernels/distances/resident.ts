import type { GpuBuffer } from "#lib/compute/gpu_buffer.ts";
import type { GpuContext } from "#lib/compute/gpu_context.ts";
import { joinDf64 } from "#lib/compute/join_df64.ts";
import { splitDf64 } from "#lib/compute/split_df64.ts";
import type { Summation } from "#lib/numerics/sum.ts";
import type { Metric } from "./contract.ts";
import { distancesOnDevice, rowDotsOnDevice, type SHADERS } from "./on_device.ts";

type Matrix = Float64Array<ArrayBuffer>;

/** Results come back in blocks of at most so many bytes. */
const BLOCK_BYTES = 64 * 1024 * 1024;

/** What tests change. */
export interface DeviceTests {
  /** @default the shaders as they are */
  readonly shaders?: typeof SHADERS | undefined;
  /** Bytes of a block of results at most, though never less than 64 rows. @default 64 MiB */
  readonly blockBytes?: number | undefined;
}

/** How the device computes, beside the caller's options. */
export interface Device extends DeviceTests {
  readonly gpu: GpuContext;
  readonly precision: "df64" | "f32";
  readonly sums: Summation | undefined;
}

/** What `Resident.blocks` sums up. */
export interface Blocks {
  readonly a: GpuBuffer;
  readonly b: GpuBuffer;
  readonly aRows: number;
  readonly bRows: number;
  readonly metric: Metric | "dot product";
  readonly condensed?: boolean;
}

/** The matrices of one call on the device: uploads, runs and reads back by the block, and frees everything at its end. */
export class Resident implements Disposable {
  readonly #device: Device;
  readonly #columns: number;
  readonly #bytes: number;
  readonly #buffers = new DisposableStack();

  constructor(device: Device, columns: number) {
    this.#device = device;
    this.#columns = columns;
    this.#bytes = device.precision === "df64" ? 8 : 4;
  }

  [Symbol.dispose](): void {
    this.#buffers.dispose();
  }

  /** A copy on the device, with zeros in the host's rows. */
  upload(x: Float64Array, host: readonly number[]): GpuBuffer {
    const safe = host.length === 0 ? x : x.slice();
    for (const i of host) safe.fill(0, i * this.#columns, (i + 1) * this.#columns);
    const data = this.#device.precision === "df64" ? splitDf64(safe) : Float32Array.from(safe);
    return this.#buffers.use(this.#device.gpu.upload(data, { label: "rows" }));
  }

  /** All sums, a block of rows of `a` after the other. */
  async blocks(
    options: Blocks,
    take: (values: Matrix, row: number, count: number) => void,
  ): Promise<void> {
    const { gpu, blockBytes = BLOCK_BYTES } = this.#device;
    const { a, b, aRows, bRows, metric, condensed = false } = options;
    const lengths = metric === "cosine"
      ? { a: await this.#lengths(a, aRows), b: b === a ? undefined : await this.#lengths(b, bRows) }
      : undefined;
    const largest = Math.min(blockBytes, gpu.limits.maxStorageBufferBindingSize);
    // Slices begin at multiples of 64 rows, which are multiples of the 256 bytes that bindings are aligned to.
    const wanted = Math.floor(largest / (this.#bytes * bRows) / 64) * 64;
    const blockRows = Math.min(Math.max(64, wanted), 65536);
    const out = this.#buffers.use(
      gpu.buffer(this.#bytes * Math.min(blockRows, aRows) * bRows, { label: "distances" }),
    );
    for (let row = 0; row < aRows; row += blockRows) {
      const count = Math.min(blockRows, aRows - row);
      const slice = (buffer: GpuBuffer, width: number) => ({
        buffer,
        byteOffset: this.#bytes * width * row,
        byteLength: this.#bytes * width * count,
      });
      const batch = gpu.batch("distances");
      using _sizes = await distancesOnDevice(gpu, batch, {
        ...this.#device,
        a: slice(a, this.#columns),
        b,
        out,
        aRows: count,
        bRows,
        columns: this.#columns,
        metric,
        lengths: lengths && { a: slice(lengths.a, 1), b: lengths.b ?? lengths.a },
        condensedFrom: condensed ? row : undefined,
      });
      await batch.submit();
      take(await this.#read(out, count * bRows), row, count);
    }
  }

  async rowDots(a: GpuBuffer, b: GpuBuffer, rows: number): Promise<Matrix> {
    return this.#read(await this.#rowDots(a, b, rows, false), rows);
  }

  #lengths(a: GpuBuffer, rows: number): Promise<GpuBuffer> {
    return this.#rowDots(a, a, rows, true);
  }

  async #rowDots(a: GpuBuffer, b: GpuBuffer, rows: number, root: boolean): Promise<GpuBuffer> {
    const { gpu } = this.#device;
    const out = this.#buffers.use(gpu.buffer(this.#bytes * rows, { label: "row dots" }));
    const batch = gpu.batch("row dots");
    using _sizes = await rowDotsOnDevice(gpu, batch, {
      ...this.#device,
      a,
      b,
      out,
      rows,
      columns: this.#columns,
      root,
    });
    await batch.submit();
    return out;
  }

  async #read(buffer: GpuBuffer, length: number): Promise<Matrix> {
    const bytes = await this.#device.gpu.download(buffer, { byteLength: this.#bytes * length });
    const words = new Float32Array(bytes);
    return this.#device.precision === "df64" ? joinDf64(words) : Float64Array.from(words);
  }
}
