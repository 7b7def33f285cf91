import type { TextExportRequest } from '../../shared/text/panel-protocol';

/** The first words of a text, as much as a file name needs. */
const words = 6;

/** `the-quick-brown-fox-explained.json`, …; letters of any script, no character that a file system minds. */
export function textExportName(format: TextExportRequest['format'], text: string): string {
  const slug = text
    .slice(0, 400)
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, words)
    .join('-');
  const stem = [...slug].slice(0, 40).join('') || 'text';
  return { json: `${stem}-explained.json`, safetensors: `${stem}-heads.safetensors`, html: `${stem}-report.html` }[
    format
  ];
}
