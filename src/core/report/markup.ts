import { visible } from '../text/show';

/** Text that is HTML already. Only `html`, `constant` and `jsonBlock` make it, so whatever else comes along is escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | undefined | readonly Content[];

/**
 * Tags a template: what stands in it is HTML, what is put into it is text, whether between tags or in a quoted attribute.
 *
 * Nothing of undefined is shown.
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
  // Line breaks are layout; other characters that one does not see could make the page lie.
  return text.split(/([\n\t])/).map((part) => (part === '\n' || part === '\t' ? part : visible(part))).join('')
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character]);
}

/** What is written in this room, and nobody else has a say in: the style and the script. */
export function constant(text: string): Markup {
  return new Markup(text);
}

/** Data for the page's script. JSON allows an escape for `<`, and without one no text can end the block. */
export function jsonBlock(id: string, data: unknown): Markup {
  return html`<script type="application/json" id="${id}">${new Markup(JSON.stringify(data).replace(/</g, '\\u003c'))}</script>`;
}
