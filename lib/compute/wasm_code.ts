/** A WebAssembly module as `scripts/build_wasm.ts` writes it, in TypeScript, so that it loads in the same way everywhere. */
export interface WasmCode {
  /** Every file that went in, by its path from the project's root, with the sha256 of its bytes in hexadecimal. */
  readonly sources: readonly { readonly path: string; readonly sha256: string }[];
  /** The binary, in base64. */
  readonly base64: string;
}
