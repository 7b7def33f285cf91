import { BadImage, errorKind, type ErrorKind } from '../../shared/errors';
import type { PanelAction, PanelStatus } from '../../shared/panel-protocol';
import { UntrustedModel } from '../trusted-models';

/** What a panel says of a failure, and which ways out it offers: the likely one first. */
export function failureStatus(error: unknown): PanelStatus {
  const kind = errorKind(error);
  if (kind === 'cancelled') return { kind: 'cancelled' };
  return { kind: 'failed', error: kind, message: sentenceOf(error, kind), actions: actionsOf(error, kind) };
}

/** An error of ours is a sentence already; of another's, only what it means here is sure. */
export function sentenceOf(error: unknown, kind: ErrorKind = errorKind(error)): string {
  const said = error instanceof Error ? error.message : String(error);
  return kind === 'internal'
    ? `Something went wrong that should not have: ${ended(said)} Try again, or see the log.`
    : said;
}

const ended = (text: string): string => (/[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

function actionsOf(error: unknown, kind: ErrorKind): readonly PanelAction[] {
  if (error instanceof UntrustedModel) return ['manage-trust', 'choose-model', 'retry'];
  switch (kind) {
    case 'usage':
      return ['retry', 'open-settings', 'show-log'];
    case 'unsupported-model':
      return ['choose-model', 'open-settings', 'show-log'];
    case 'bad-file':
      return error instanceof BadImage
        ? ['retry', 'choose-image', 'show-log']
        : ['retry', 'choose-model', 'open-settings', 'show-log'];
    case 'out-of-memory':
      return ['retry', 'open-settings', 'show-log', 'copy-diagnostics'];
    default:
      return ['retry', 'show-log', 'copy-diagnostics'];
  }
}
