import { visible } from '../text/show';

/** Text that is already HTML. Only `html`, `constant` and `jsonBlock` create it. All other text is escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | undefined | readonly Content[];

/**
 * Tags a template: the template is HTML, and the values are text, between tags or in a quoted attribute.
 *
 * The value undefined is rendered as an empty string.
 */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + render(contents[i - 1]) + string));
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  return typeof content === 'object' ? content.map(render).join('') : escape(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

function escape(text: string): string {
  // Line breaks are layout. Other invisible characters could make the page misleading.
  return text.split(/([\n\t])/).map((part) => (part === '\n' || part === '\t' ? part : visible(part))).join('')
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character]);
}

/** Marks constant text of this folder as HTML: the style and the script. */
export function constant(text: string): Markup {
  return new Markup(text);
}

/** Embeds data for the script of the page. `<` is escaped, which JSON allows, so that no text can end the block. */
export function jsonBlock(id: string, data: unknown): Markup {
  return html`<script type="application/json" id="${id}">${new Markup(JSON.stringify(data).replace(/</g, '\\u003c'))}</script>`;
}
