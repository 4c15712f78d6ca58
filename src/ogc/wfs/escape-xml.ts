/** Escaping of text that goes out as XML. */

const SPECIAL = /[&<>"]/;
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are illegal in XML 1.0
const MAYBE_ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/;

/** Text for content and attributes; characters that XML 1.0 can not hold are left out. */
export function escapeXml(text: string): string {
  const legal = MAYBE_ILLEGAL.test(text) ? text.replace(ILLEGAL, '') : text;
  if (!SPECIAL.test(legal)) return legal;
  return legal.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
