import { constant, Content, html, Markup } from './markup';
import { PAGE_SCRIPT, PAGE_SCRIPT_HASH } from './page-script';
import { PAGE_STYLE, PAGE_STYLE_HASH } from './page-style';

/*
 * A page that needs nothing else: it can be opened from a disk, years later. Nothing is fetched, nothing is sent, and of
 * scripts only the one that belongs to the page may run.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", `script-src '${PAGE_SCRIPT_HASH}'`, `style-src '${PAGE_STYLE_HASH}'`,
  'img-src data:', // the empty icon: without one, browsers ask the server for theirs
  "base-uri 'none'", "form-action 'none'",
].join('; ');

export const SYMBOLS = { PASSED: '✓', WARNED: '!', FAILED: '✕' } as const;

export function page(title: string, content: Content): string {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${constant(PAGE_STYLE)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.text;
}

/** What makes the table of images move; a page without one does not need it. */
export function tableScript(): Markup {
  return html`<script>${constant(PAGE_SCRIPT)}</script>`;
}
