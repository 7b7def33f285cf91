import type { ExportFormat } from '../../../src/shared/panel-protocol';
import type { Controller } from '../../state/controller';
import { shownImage } from '../../state/selectors';
import type { MenuGroup } from '../../ui/menu';
import { probabilitiesCsv } from '../probabilities/probabilities-csv';
import { fileStem, saving, svgExports, told } from './export-menu';

/** What can be taken away from an image's panel. */
export function imageExports(controller: Controller): readonly MenuGroup[] {
  const made = (format: ExportFormat) => () => void told(controller, () => controller.export(format));
  const name = shownImage(controller.store.get())?.name ?? 'explanation';
  const stem = fileStem(name.replace(/\.[^.]*$/u, ''));
  return [
    {
      heading: null,
      items: [
        { name: 'Picture', detail: 'PNG, at the image’s own size', run: made('png') },
        { name: 'Report', detail: 'one HTML file, offline', run: made('html') },
        {
          name: 'Table',
          detail: 'CSV',
          run: saving(controller, `${stem}.csv`, () => probabilitiesCsv(controller.store.get().panel?.images ?? [])),
        },
        { name: 'Everything', detail: 'JSON', run: made('json') },
        { name: 'Every head', detail: 'safetensors', run: made('safetensors') },
      ],
    },
    svgExports(controller, stem),
  ];
}
