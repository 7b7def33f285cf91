import type { PromptHistory } from '../prompts/prompt-history';
import type { Recent } from '../recent';
import type { PanelRequest } from '../../shared/panel-protocol';

/** What the ways in share: the two memories, and the one way to open a panel, which remembers it. */
export interface Ways {
  readonly history: PromptHistory;
  readonly recent: Recent;
  readonly open: (request: PanelRequest) => Promise<void>;
}
