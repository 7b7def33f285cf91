import { duration, fileName, sizeText } from '../../src/shared/format';
import type { PanelState } from '../../src/shared/panel-protocol';
import { printable } from '../../src/shared/width';
import { useApp, useController } from '../state/use-app';
import { imageExports } from './export/image-exports';
import { FrameHeader } from './frame-header';

/** Of images: their names and sizes, the model, the prompts and the time. */
export function Header() {
  const panel = useApp((state) => state.panel);
  const controller = useController();
  const shown = panel !== null && panel.images.length > 0;
  return (
    <FrameHeader shown={shown} facts={shown && facts(panel)} exports={() => imageExports(controller)}>
      <h1>{panel ? names(panel).map((name, i) => <Name key={i} name={name} again={i > 0} />) : 'Attention Lens'}</h1>
      {shown && <p class="quiet header-size">{sizes(panel)}</p>}
    </FrameHeader>
  );
}

const Name = ({ name, again }: { readonly name: string; readonly again: boolean }) => (
  <>
    {again && <span class="quiet"> and </span>}
    <bdi class="header-name" title={printable(name)}>
      {printable(name)}
    </bdi>
  </>
);

/** Also of images that are not explained yet. */
function names({ images, request }: PanelState): readonly string[] {
  return images.length > 0 ? images.map(({ name }) => name) : request.images.map((uri) => decoded(fileName(uri)));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const sizes = ({ images }: PanelState): string => {
  const [first, second] = images.map(({ explained: { image } }) => image);
  if (!first) return '';
  return second ? `${sizeText(first)} and ${sizeText(second)}` : `${sizeText(first)} · crop ${sizeText(first.crop)}`;
};

function facts({ images }: PanelState) {
  const { model, prompts } = images[0]!.explained;
  const ms = images.reduce((sum, { explained }) => sum + explained.timings.total, 0);
  const count = prompts.length === 1 ? '1 prompt' : `${prompts.length} prompts`;
  return (
    <>
      <bdi class="header-model" title={model.path}>
        {model.name}
      </bdi>{' '}
      · {count} · {duration(ms)}
    </>
  );
}
