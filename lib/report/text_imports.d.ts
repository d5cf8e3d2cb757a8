/** What the page takes along is imported as text: `import main from "#lib/report/client/main.js" with { type: "text" }`. */
declare module "#lib/report/client/*.js" {
  const text: string;
  export default text;
}
declare module "#lib/report/client/*.css" {
  const text: string;
  export default text;
}
