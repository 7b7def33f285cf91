import { useFrame, useFrameController, type FrameController } from '../../state/frame';
import { offeredSvgViews } from '../../export/svg-views';
import { Menu, type MenuGroup } from '../../ui/menu';

/** What can be taken away: files that the extension makes, and the views as they stand. */
export function ExportMenu({ groups }: { readonly groups: () => readonly MenuGroup[] }) {
  const open = useFrame((state) => state.exportOpen);
  const controller = useFrameController();
  return (
    <Menu label="Export" open={open} onOpen={(open) => controller.openExport(open)} groups={open ? groups() : []}>
      export
    </Menu>
  );
}

/**
 * The vector files of what is on the screen now.
 *
 * @param stem of their names
 */
export const svgExports = (controller: FrameController & Saving, stem: string): MenuGroup => ({
  heading: 'as it is shown, SVG',
  items: offeredSvgViews().map(({ name, make }) => ({
    name: name.charAt(0).toUpperCase() + name.slice(1),
    run: saving(controller, `${stem}-${name.replace(/[^a-z0-9]+/giu, '-')}.svg`, make),
  })),
});

/** A controller that has the extension write what the webview made. */
export interface Saving {
  /** @returns false: the user changed their mind */
  save(name: string, text: string): Promise<boolean>;
}

export const saving =
  (controller: FrameController & Saving, name: string, text: () => string | Promise<string>): (() => void) =>
  () =>
    void told(controller, async () => controller.save(name, await text()));

/** Does what was chosen; a failure becomes a notice. */
export async function told(controller: FrameController, work: () => Promise<boolean>): Promise<void> {
  controller.say(null);
  try {
    await work();
  } catch (error) {
    controller.say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

/** Of a name or a text, what a file's name may hold. */
export const fileStem = (name: string): string =>
  name
    .replace(/[\p{C}<>:"/\\|?*]+/gu, '-')
    .slice(0, 100)
    .trim() || 'explanation';
