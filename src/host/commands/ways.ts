import type { PanelRequest } from '../../shared/panel-protocol';
import type { TextPanelRequest } from '../../shared/text/panel-protocol';
import type { PromptHistory } from '../prompts/prompt-history';
import type { Recent } from '../recent';

/** What the ways in share: the two memories, and the one way to open a panel of each kind, which remembers it. */
export interface Ways {
  readonly history: PromptHistory;
  readonly recent: Recent;
  readonly open: (request: PanelRequest) => Promise<void>;
  readonly openText: (request: TextPanelRequest) => Promise<void>;
}
