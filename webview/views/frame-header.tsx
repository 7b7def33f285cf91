import type { ComponentChildren } from 'preact';
import { useFrame, useFrameController } from '../state/frame';
import { HelpIcon } from '../ui/icons';
import { ExportMenu } from './export/export-menu';
import type { MenuGroup } from '../ui/menu';
import { Working } from './status';

/** What is explained, by which model, and how the work goes on. It stays while the panel is scrolled. */
export function FrameHeader({
  children,
  facts,
  shown,
  exports,
  className = '',
}: {
  /** What is explained: an h1, and what is quietly said beside it. */
  readonly children: ComponentChildren;
  /** Quietly at the end, where no work goes on. */
  readonly facts: ComponentChildren;
  /** There is an explanation to look at. */
  readonly shown: boolean;
  /** Asked for when the export menu opens. */
  readonly exports: () => readonly MenuGroup[];
  readonly className?: string;
}) {
  const working = useFrame(({ status }) => (status.kind === 'working' ? status : null));
  const controller = useFrameController();
  return (
    <header class={`header ${className}`}>
      {children}
      <div class="header-end">
        {shown && working ? <Working {...working} /> : shown && <p class="quiet header-facts">{facts}</p>}
        {shown && <ExportMenu groups={exports} />}
        <button type="button" class="flat" aria-label="Keys (?)" title="Keys (?)" onClick={() => controller.help(true)}>
          <HelpIcon />
        </button>
      </div>
      <ProgressLine />
    </header>
  );
}

function ProgressLine() {
  const status = useFrame((state) => state.status);
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
