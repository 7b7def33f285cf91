import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageHtml } from '../../../src/host/panels/page';

const page = {
  nonce: 'abc_123-XYZ',
  source: 'https://*.vscode-cdn.net',
  script: 'https://files/dist/webview.js',
  style: 'https://files/dist/webview.css',
};

const policyOf = (html: string): Map<string, string> => {
  const content = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
  return new Map(
    content.split('; ').map((directive) => {
      const [name, ...values] = directive.split(' ');
      return [name!, values.join(' ')];
    }),
  );
};

test('a panel’s page may load its one script and its styles, and nothing else', () => {
  const policy = policyOf(pageHtml(page));
  assert.equal(policy.get('default-src'), "'none'");
  assert.equal(policy.get('script-src'), "'nonce-abc_123-XYZ'");
  assert.equal(policy.get('style-src'), "https://*.vscode-cdn.net 'nonce-abc_123-XYZ'");
  assert.deepEqual([...policy.keys()].sort(), ['base-uri', 'default-src', 'form-action', 'script-src', 'style-src']);
  assert.doesNotMatch([...policy.values()].join(' '), /unsafe|data:|blob:|\*(?!\.vscode-cdn)/);
});

test('every script of the page carries the nonce, and the toolkit finds it', () => {
  const html = pageHtml(page);
  assert.equal(html.match(/<script/g)?.length, 1);
  assert.match(html, /<script nonce="abc_123-XYZ" src="https:\/\/files\/dist\/webview\.js"><\/script>/);
  assert.match(html, /<meta property="csp-nonce" content="abc_123-XYZ" \/>/);
});

test('an address cannot break out of its attribute', () => {
  const html = pageHtml({ ...page, script: 'https://files/"><script>alert(1)</script>' });
  assert.equal(html.match(/<script/g)?.length, 1);
  assert.match(html, /src="https:\/\/files\/&quot;&gt;&lt;script&gt;/);
});
