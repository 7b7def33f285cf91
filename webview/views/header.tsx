import { duration, fileName, sizeText } from '../../src/shared/format';
import type { PanelState } from '../../src/shared/panel-protocol';
import { printable } from '../../src/shared/width';
import { useApp, useController } from '../state/use-app';
import { HelpIcon } from '../ui/icons';
import { ExportMenu } from './export/export-menu';
import { Working } from './status';

/** What is explained, by which model, and how the work goes on. It stays while the panel is scrolled. */
export function Header() {
  const panel = useApp((state) => state.panel);
  const working = useApp((state) => (state.view && state.status.kind === 'working' ? state.status : null));
  const controller = useController();
  const shown = panel !== null && panel.images.length > 0;
  return (
    <header class="header">
      <h1>{panel ? names(panel).map((name, i) => <Name key={i} name={name} again={i > 0} />) : 'Attention Lens'}</h1>
      {shown && <p class="quiet header-size">{sizes(panel)}</p>}
      <div class="header-end">
        {working ? <Working {...working} /> : shown && <p class="quiet header-facts">{facts(panel)}</p>}
        {shown && <ExportMenu />}
        <button type="button" class="flat" aria-label="Keys (?)" title="Keys (?)" onClick={() => controller.help(true)}>
          <HelpIcon />
        </button>
      </div>
      <ProgressLine />
    </header>
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

function ProgressLine() {
  const status = useApp((state) => state.status);
  if (status.kind !== 'working') return null;
  const { stage, fraction } = status;
  const known = fraction !== null && Number.isFinite(fraction);
  const percent = known ? Math.round(100 * Math.min(1, Math.max(0, fraction))) : undefined;
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label={stage}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div class={known ? 'progress-done' : 'progress-going'} style={known ? { width: `${percent}%` } : undefined} />
    </div>
  );
}
