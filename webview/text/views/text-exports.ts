import type { TextExportRequest } from '../../../src/shared/text/panel-protocol';
import { tokenCsv } from '../../../src/shared/text/token-csv';
import { fileStem, saving, svgExports, told } from '../../views/export/export-menu';
import type { MenuGroup } from '../../ui/menu';
import { shownItems } from '../state/text-selectors';
import type { TextController } from '../state/text-controller';

/** What can be taken away from a text's panel. */
export function textExports(controller: TextController): readonly MenuGroup[] {
  const made = (format: TextExportRequest['format']) => () => void told(controller, () => controller.export(format));
  const items = shownItems(controller.store.get());
  const stem = fileStem(
    (items[0]?.explained.texts[0] ?? 'text').replace(/\s+/gu, ' ').replace(/\./gu, '').slice(0, 40),
  );
  const layers = controller.store.get().view?.saliency.layers ?? { first: 0, last: 0 };
  return [
    {
      heading: null,
      items: [
        { name: 'Report', detail: 'one HTML file, offline', run: made('html') },
        {
          name: 'Table of the tokens',
          detail: 'CSV',
          run: saving(controller, `${stem}.csv`, async () => tokenCsv(await controller.whole(), layers)),
        },
        { name: 'Everything', detail: 'JSON', run: made('json') },
        { name: 'Every head', detail: 'safetensors', run: made('safetensors') },
      ],
    },
    svgExports(controller, stem),
  ];
}
