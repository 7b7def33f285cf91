import type { ComponentChildren } from 'preact';
import type { PanelAction, PanelStatus } from '../../src/shared/panel-protocol';
import { useFrame, useFrameController } from '../state/frame';
import { Button } from '../ui/controls';
import { CloseIcon } from '../ui/icons';

type Work = Extract<PanelStatus, { kind: 'working' }>;

/** What the status says of what this kind of panel explains; whole sentences. */
export interface StatusWords {
  /** Spoken when an explanation has come. */
  readonly explained: string;
  readonly changed: string;
  /** Beside what is shown. */
  readonly gone: string;
  /** Where nothing is shown. */
  readonly goneAlone: string;
}

/** Besides what is shown: what went wrong or changed, in one sentence with its way out. Where nothing is shown: the same in its place. */
export function Status({
  shown,
  words,
  skeleton,
}: {
  /** There is an explanation to look at. */
  readonly shown: boolean;
  readonly words: StatusWords;
  /** Where things will be, before there is anything to show. */
  readonly skeleton: ComponentChildren;
}) {
  const status = useFrame((state) => state.status);
  const notice = useFrame((state) => state.notice);
  const controller = useFrameController();
  return (
    <>
      <p class="spoken" role="status">
        {status.kind === 'working' ? status.stage : status.kind === 'ready' && shown ? words.explained : ''}
      </p>
      {status.kind === 'working'
        ? !shown && <FirstWork {...status} skeleton={skeleton} />
        : status.kind !== 'ready' && <Message status={status} shown={shown} words={words} />}
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
  const controller = useFrameController();
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

function FirstWork({ stage, cancellable, skeleton }: Work & { readonly skeleton: ComponentChildren }) {
  const controller = useFrameController();
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
      {skeleton}
    </section>
  );
}

function Message({
  status,
  shown,
  words,
}: {
  readonly status: Exclude<PanelStatus, Work>;
  readonly shown: boolean;
  readonly words: StatusWords;
}) {
  const controller = useFrameController();
  const { sentence, actions } = said(status, shown, words);
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

function said(status: Exclude<PanelStatus, Work>, shown: boolean, words: StatusWords): Said {
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
      return { sentence: words.changed, actions: [['retry', 'Explain Again']] };
    case 'gone':
      return { sentence: shown ? words.gone : words.goneAlone, actions: [['close', labels.close]] };
    case 'failed':
      return { sentence: status.message, actions: status.actions.map((action) => [action, labels[action]]) };
  }
}
