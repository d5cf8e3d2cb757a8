/** Shaders are imported as text: `import code from "./kernel.wgsl" with { type: "text" }`. */
declare module "*.wgsl" {
  const code: string;
  export default code;
}
