import { createHash } from 'node:crypto';
import { html, raw, type Html } from './html';

export interface ReportPage {
  readonly title: string;
  /** The page's one style sheet. */
  readonly style: string;
  readonly head: Html;
  readonly main: Html;
  readonly footer: Html;
}

/** One self-contained HTML page: no scripts, nothing loaded, every datum escaped. It opens anywhere, offline, for years. */
export function reportPage({ title, style, head, main, footer }: ReportPage): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(style)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title} · Attention Lens</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        ${head}
        <main>${main}</main>
        <footer>${footer}</footer>
      </body>
    </html> `;
  return page.text;
}

/** Nothing may run, load or be sent; the one style sheet is named by its hash. */
const policy = (style: string): string =>
  `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;
