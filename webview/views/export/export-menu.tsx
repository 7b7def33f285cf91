import type { ExportFormat } from '../../../src/shared/panel-protocol';
import { offeredSvgViews, type SvgView } from '../../export/svg-views';
import { shownImage } from '../../state/selectors';
import type { Controller } from '../../state/controller';
import { useApp, useController } from '../../state/use-app';
import { Menu, type MenuGroup } from '../../ui/menu';
import { probabilitiesCsv } from '../probabilities/probabilities-csv';

/** What can be taken away: files that the extension makes, and the views as they stand. */
export function ExportMenu() {
  const open = useApp((state) => state.exportOpen);
  const controller = useController();
  return (
    <Menu
      label="Export"
      open={open}
      onOpen={(open) => controller.openExport(open)}
      groups={open ? groups(controller, offeredSvgViews()) : []}
    >
      export
    </Menu>
  );
}

function groups(controller: Controller, views: readonly SvgView[]): readonly MenuGroup[] {
  const made = (format: ExportFormat) => () => void told(controller, () => controller.export(format));
  const saved = (name: string, text: () => string) => () =>
    void told(controller, async () => controller.save(name, text()));
  const stem = stemOf(controller);
  return [
    {
      heading: null,
      items: [
        { name: 'Picture', detail: 'PNG, at the image’s own size', run: made('png') },
        { name: 'Report', detail: 'one HTML file, offline', run: made('html') },
        {
          name: 'Table',
          detail: 'CSV',
          run: saved(`${stem}.csv`, () => probabilitiesCsv(controller.store.get().panel?.images ?? [])),
        },
        { name: 'Everything', detail: 'JSON', run: made('json') },
        { name: 'Every head', detail: 'safetensors', run: made('safetensors') },
      ],
    },
    {
      heading: 'as it is shown, SVG',
      items: views.map(({ name, make }) => ({
        name: name.charAt(0).toUpperCase() + name.slice(1),
        run: saved(`${stem}-${name.replace(/[^a-z0-9]+/giu, '-')}.svg`, make),
      })),
    },
  ];
}

/** Of the image's name, what a file's name may hold. */
function stemOf(controller: Controller): string {
  const name = shownImage(controller.store.get())?.name ?? 'explanation';
  const stem = name
    .replace(/\.[^.]*$/u, '')
    .replace(/[\p{C}<>:"/\\|?*]+/gu, '-')
    .slice(0, 100);
  return stem.trim() || 'explanation';
}

async function told(controller: Controller, work: () => Promise<boolean>): Promise<void> {
  controller.say(null);
  try {
    await work();
  } catch (error) {
    controller.say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}
