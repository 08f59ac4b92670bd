/** The content of an XML answer: lists become `<member>` elements, undefined values are left out. */
export type XmlValue = string | number | boolean | undefined | readonly XmlValue[] | { readonly [name: string]: XmlValue };

export function toXml(name: string, value: XmlValue, attributes = ''): string {
  return value === undefined ? '' : `<${name}${attributes}>${contentOf(value)}</${name}>`;
}

function contentOf(value: Exclude<XmlValue, undefined>): string {
  if (typeof value !== 'object') return escape(String(value));
  if (isList(value)) return value.map((item) => toXml('member', item)).join('');
  return Object.entries(value).map(([name, item]) => toXml(name, item)).join('');
}

function isList(value: object): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
