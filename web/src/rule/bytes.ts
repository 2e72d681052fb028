/* bytes.ts -- the server counts bytes of UTF-8, the browser counts units of UTF-16. */

function width(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}
export function index_of_byte(text: string, byte: number): number {
  let bytes = 0;
  let index = 0;
  for (const letter of text) {
    if (bytes >= byte) break;
    bytes += width(letter.codePointAt(0) ?? 0);
    index += letter.length;
  }
  return index;
}
export function byte_of_index(text: string, index: number): number {
  let bytes = 0;
  for (const letter of text.slice(0, index)) bytes += width(letter.codePointAt(0) ?? 0);
  return bytes;
}
