import { constant, Content, html, Markup } from './markup';
import { PAGE_SCRIPT, PAGE_SCRIPT_HASH } from './page-script';
import { PAGE_STYLE, PAGE_STYLE_HASH } from './page-style';

/*
 * The page is self-contained: it can be opened from a disk, years later. It does not load or send data, and no script runs
 * except its own.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", `script-src '${PAGE_SCRIPT_HASH}'`, `style-src '${PAGE_STYLE_HASH}'`,
  'img-src data:', // the empty icon: without an icon, browsers request one from the server
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

/** Returns the script for the table of images. A page without such a table does not need it. */
export function tableScript(): Markup {
  return html`<script>${constant(PAGE_SCRIPT)}</script>`;
}
