import { overlayName, stemOf } from '../../explain/report/file-names';
import type { ExportFormat } from '../../shared/panel-protocol';

/** `space-2-a-rocket.png`, `space-report.html`, … */
export function exportName(format: ExportFormat, path: string, prompt: string, k: number): string {
  if (format === 'png') return overlayName(path, prompt, k);
  const stem = stemOf(path);
  return { json: `${stem}-explained.json`, safetensors: `${stem}-heads.safetensors`, html: `${stem}-report.html` }[
    format
  ];
}
