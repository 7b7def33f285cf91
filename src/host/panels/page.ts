/** What a panel's page is made of. */
export interface Page {
  /** Fresh for each page: what carries it may run. */
  readonly nonce: string;
  /** `webview.cspSource`. */
  readonly source: string;
  /** As the webview can load them. */
  readonly script: string;
  readonly style: string;
}

/**
 * The page of a panel: one script and one style sheet. Nothing else may load, run or be sent; what the page shows comes by message.
 * The toolkit adds its style sheets with the nonce that it finds in `csp-nonce`.
 */
export const pageHtml = ({ nonce, source, script, style }: Page): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy(nonce, source))}" />
    <meta property="csp-nonce" content="${attribute(nonce)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${attribute(style)}" />
    <title>Attention Lens</title>
  </head>
  <body>
    <script nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
  </body>
</html>
`;

const policy = (nonce: string, source: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

const attribute = (text: string): string =>
  text.replace(/[&"<>]/g, (c) => ({ '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' })[c]!);
