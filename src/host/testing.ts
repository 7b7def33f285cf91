import type { AttentionLensApi } from './api';
import type { PanelRoom } from './panels/panel-room';
import type { Panels } from './panels/panels';
import type { HeadsTree } from './trees/heads-tree';
import type { RecentTree } from './trees/recent-tree';

/** What VS Code's API does not show, for the tests in the extension host. */
export interface Testing extends PanelRoom {
  readonly panels: Panels;
  readonly headsTree: HeadsTree;
  readonly recentTree: RecentTree;
  /** What activate() took, without loading its script. */
  readonly activationMs: number;
}

/** What activate() returns where VS Code runs the extension's tests, and nowhere else. */
export interface TestedApi extends AttentionLensApi {
  readonly testing: Testing;
}
