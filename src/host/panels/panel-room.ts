import type { LogOutputChannel } from 'vscode';
import type { EngineClient } from '../../engine/client';
import type { Explainer } from '../explainer';
import type { Failures } from '../failures';
import type { Settings } from '../settings';
import type { Work } from '../work';

/** What a panel has at hand. */
export interface PanelRoom {
  readonly log: LogOutputChannel;
  /** Its process starts with the first call. */
  readonly engine: EngineClient;
  readonly work: Work;
  /** As they are now: ask again rather than keep them. */
  readonly settings: () => Settings;
  readonly explainer: Explainer;
  readonly failures: Failures;
  /** Says it where the user looks: cause, way out, buttons. Cancelling is no error and says nothing. Never rejects. */
  readonly report: (error: unknown) => Promise<void>;
  readonly copyDiagnostics: () => Promise<void>;
}
