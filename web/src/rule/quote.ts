/* quote.ts -- a text as the language of rules writes it. */
export const text_literal = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;
