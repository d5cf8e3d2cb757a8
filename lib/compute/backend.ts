/** Where a kernel's arithmetic runs. */
export type Backend = "scalar" | "wasm" | "webgpu";
