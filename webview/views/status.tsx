import type { PanelAction, PanelStatus } from '../../src/shared/panel-protocol';
import { useApp, useController } from '../state/use-app';
import { Button } from '../ui/controls';
import { CloseIcon } from '../ui/icons';
import { Skeleton } from './skeleton';

type Work = Extract<PanelStatus, { kind: 'working' }>;

/** Besides the picture: what went wrong or changed, in one sentence with its way out. Without a picture: the same in its place. */
export function Status() {
  const status = useApp((state) => state.status);
  const shown = useApp((state) => state.view !== null);
  const notice = useApp((state) => state.notice);
  const controller = useController();
  return (
    <>
      <Spoken status={status} />
      {status.kind === 'working'
        ? !shown && <FirstWork {...status} />
        : status.kind !== 'ready' && <Message status={status} shown={shown} />}
      {notice && (
        <div class={`message message-${notice.kind}`} role={notice.kind === 'failed' ? 'alert' : 'status'}>
          <p>{notice.message}</p>
          <button type="button" class="flat" aria-label="Dismiss" title="Dismiss" onClick={() => controller.say(null)}>
            <CloseIcon />
          </button>
        </div>
      )}
    </>
  );
}

/** In the header while there is a picture to look at, which stays where it is. */
export function Working({ stage, cancellable }: Work) {
  const controller = useController();
  return (
    <p class="working">
      <span class="quiet working-stage">{stage}…</span>
      {cancellable && (
        <button type="button" class="link" onClick={() => controller.act('cancel')}>
          Cancel
        </button>
      )}
    </p>
  );
}

function FirstWork({ stage, cancellable }: Work) {
  const controller = useController();
  return (
    <section class="first" aria-label="Explaining">
      <div class="first-said">
        <p>{stage}…</p>
        {cancellable && (
          <Button label="Cancel" onPress={() => controller.act('cancel')}>
            Cancel
          </Button>
        )}
      </div>
      <Skeleton />
    </section>
  );
}

function Message({ status, shown }: { readonly status: Exclude<PanelStatus, Work>; readonly shown: boolean }) {
  const controller = useController();
  const { sentence, actions } = said(status, shown);
  const failed = status.kind === 'failed';
  return (
    <div class={`message message-${status.kind}${shown ? '' : ' message-alone'}`} role={failed ? 'alert' : 'status'}>
      <p>{sentence}</p>
      <div class="message-actions">
        {actions.map(([action, label], i) => (
          <Button
            key={action}
            label={label}
            appearance={i === 0 ? 'primary' : 'secondary'}
            onPress={() => controller.act(action)}
          >
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}

const labels: Readonly<Record<PanelAction, string>> = {
  cancel: 'Cancel',
  retry: 'Try Again',
  'show-log': 'Show Log',
  'copy-diagnostics': 'Copy Diagnostics',
  'open-settings': 'Open Settings',
  'choose-model': 'Choose Model…',
  'choose-image': 'Choose Image…',
  'manage-trust': 'Manage Workspace Trust',
  close: 'Close Panel',
};

interface Said {
  readonly sentence: string;
  readonly actions: readonly (readonly [PanelAction, string])[];
}

function said(status: Exclude<PanelStatus, Work>, shown: boolean): Said {
  switch (status.kind) {
    case 'ready':
      return { sentence: 'There is nothing to show yet.', actions: [['retry', 'Explain']] };
    case 'cancelled':
      return {
        sentence: shown
          ? 'Cancelled. The panel shows what was explained before.'
          : 'Cancelled before there was anything to show.',
        actions: [['retry', 'Explain Again']],
      };
    case 'changed':
      return { sentence: 'The image has changed since it was explained.', actions: [['retry', 'Explain Again']] };
    case 'gone':
      return {
        sentence: shown
          ? 'The image file is gone. The panel shows it as it was.'
          : 'The image file is gone, so that it cannot be explained.',
        actions: [['close', labels.close]],
      };
    case 'failed':
      return { sentence: status.message, actions: status.actions.map((action) => [action, labels[action]]) };
  }
}

/** For those who hear the panel: what goes on, and that it is done. */
function Spoken({ status }: { readonly status: PanelStatus }) {
  const count = useApp((state) => state.panel?.images[0]?.explained.prompts.length ?? 0);
  const text =
    status.kind === 'working'
      ? status.stage
      : status.kind === 'ready' && count > 0
        ? `Explained ${count === 1 ? 'one prompt' : `${count} prompts`}.`
        : '';
  return (
    <p class="spoken" role="status">
      {text}
    </p>
  );
}
